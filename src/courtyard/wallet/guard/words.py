"""What people are told of blocks, of stopped payments and of a shorter delay, in plain words of two languages."""

from typing import Final

from courtyard.wallet.guard.model import HOUR_MS, Block, Delay, Stop

_WHY: Final = {
    "security": ("to keep it safe", "为了保护它的安全"),
    "suspected_fraud": ("because of a suspicion of fraud", "因为怀疑有欺诈"),
    "court_order": ("because a court ordered it", "因为法院的命令"),
    "owner_request": ("because you asked for it", "因为您自己要求"),
}
_WHY_STOPPED: Final = _WHY | {
    "security": ("for reasons of security", "出于安全原因"),
    "owner_request": ("because whoever sent it asked for it back", "因为付款人要求退回"),
}
_STOP_ENDED: Final = {
    "released": (
        "A stopped payment goes on its way again and arrives.",
        "被暂停的付款恢复转账，即将到账。",
    ),
    "returned": (
        "A stopped payment went back to whoever sent it.",
        "被暂停的付款已退回付款人。",
    ),
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


def stop_words(stop: Stop) -> str:
    """Return what both sides of a payment are told of its stop."""
    if stop.outcome is not None:
        return "\n".join(_STOP_ENDED[stop.outcome])
    english, chinese = _WHY_STOPPED[stop.reason]
    return (
        f"A payment on its way is stopped for now, {english}. {stop.words}\n"
        f"If nobody decides otherwise until the review, it arrives.\n"
        f"一笔转账途中的付款暂时停止，{chinese}。{stop.words}\n如果复核之前没有其他决定，款项将会到账。"
    )


def delay_words(delay: Delay) -> str:
    """Return what somebody is told who lets payments arrive sooner: it may not have been they."""
    hours = delay.delay_ms // HOUR_MS
    return (
        f"In {hours} hours your payments will arrive sooner, as was just set. If it was not you, set it back and"
        " change your password.\n"
        f"按照刚才的设置，{hours} 小时后您的付款将更快到账。如果不是您本人操作，请改回设置并更改密码。"
    )
