"""What an owner is told of a block, in plain words of two languages."""

from typing import Final

from courtyard.wallet.guard.model import Block

_WHY: Final = {
    "security": ("to keep it safe", "为了保护它的安全"),
    "suspected_fraud": ("because of a suspicion of fraud", "因为怀疑有欺诈"),
    "court_order": ("because a court ordered it", "因为法院的命令"),
    "owner_request": ("because you asked for it", "因为您自己要求"),
}


def block_words(block: Block) -> str:
    """Return what the owner of a wallet is told of a block, in plain words of two languages."""
    if block.ended_at is not None:
        return "Your wallet can pay again.\n您的钱包又可以付款了。"
    english, chinese = _WHY[block.reason]
    kept = "You still see your money and every payment, and money still comes in."
    kept_chinese = "您仍然可以看到余额和每一笔记录，也仍然可以收款。"
    return (
        f"Your wallet cannot pay for now, {english}. {block.words}\n{kept}\n"
        f"您的钱包暂时不能付款，{chinese}。{block.words}\n{kept_chinese}"
    )
