"""The words of a statement, in English and in Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Statement of {month}", "{month} 对账单"),
    "site": ("Wallet at {server}", "{server} 的钱包"),
    "holder": ("Account of", "账户所有人"),
    "opening": ("At the beginning", "期初余额"),
    "credits": ("Came in ({count})", "收入（{count} 笔）"),
    "debits": ("Went out ({count})", "支出（{count} 笔）"),
    "closing": ("At the end", "期末余额"),
    "until": ("Up to {time} UTC", "截至 {time}（UTC）"),
    "entries": ("Entries", "明细"),
    "time": ("Time (UTC)", "时间（UTC）"),
    "kind": ("What", "类型"),
    "with": ("With", "对方"),
    "amount": ("Amount", "金额"),
    "balance": ("Balance", "余额"),
    "none": ("Nothing came in or went out.", "没有收支。"),
    "next": ("Next page", "下一页"),
    "part": ("This page shows {count} entries; there are more.", "本页显示 {count} 笔，后面还有。"),
    "skip": ("Skip to the content", "跳到正文"),
    "foot": (
        "Made from the ledger, in which no entry is ever changed. The same month as CSV, JSON or camt.053 has the same entries.",
        "本对账单直接取自账本，账本中的记录从不更改。同一月份的 CSV、JSON 和 camt.053 文件内容相同。",
    ),
    # --- kinds of entries
    "transfer": ("Sent", "转出"),
    "transfer_received": ("Received", "收到转账"),
    "transfer_returned": ("Came back", "退回"),
    "packet": ("Red packet sent", "发出红包"),
    "packet_share": ("Red packet", "领取红包"),
    "packet_returned": ("Rest of a red packet", "红包退回"),
    "request_paid": ("Share of a bill", "分摊付款"),
    "mint": ("New money", "新发行"),
    "topup": ("Topped up", "充值"),
    "payout": ("Taken out", "提现"),
    "payout_returned": ("Taken out, came back", "提现退回"),
    "payout_settled": ("Taken out, arrived", "提现到账"),
    "order_paid": ("Paid at a shop", "商店付款"),
    "order_refunded": ("Refund", "退款"),
    "consent_charged": ("Charged as agreed", "授权扣款"),
    "merchant_withdrawn": ("From the shop", "商店提款"),
    "reversal": ("Correction", "更正"),
    "house": ("Bank line assigned", "银行流水入账"),
}
"""Key → English, Chinese."""


def say(lang: str, key: str, **values: object) -> str:
    """Return a word; a key that has none says itself."""
    found = WORDS.get(key)
    if found is None:
        return key
    return found[1 if lang == "zh" else 0].format(**values)
