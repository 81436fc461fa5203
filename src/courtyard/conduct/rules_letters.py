"""What an account is told, in words: the frame around what the staff wrote, in the account's language.

The same text stands in the notices room and in a mail, word for word. The staff's own words stay in the language that they were
written in, and the frame says which that is.
"""

from collections.abc import Sequence
from typing import Final

from courtyard.base.ids import UserId
from courtyard.conduct.model import Decision, Measure, Outcome, Record, Statement
from courtyard.conduct.model_mail import What
from courtyard.conduct.model_rules import RuleSet
from courtyard.conduct.rules_appeal import appeal_until
from courtyard.conduct.rules_leaf import day
from courtyard.conduct.rules_text import choose, nearest

ENGLISH: Final = "en"

Words = dict[str, str]

_FRAMES: Final[dict[str, Words]] = {
    "en": {
        "language": "English",
        "comma": ", ",
        "subject_statement": "A decision about your account",
        "subject_lift": "A decision about your account is lifted",
        "subject_ruling": "Your appeal was answered",
        "subject_hearing": "Three people have looked at the block of your account",
        "subject_code": "Confirm your mail address",
        "statement": "A decision about the account {subject}.",
        "facts": "What happened:",
        "reasons": "Which rule, and why:",
        "rule": "Rule {rule}, {title}",
        "law": "Law: {law}",
        "written_in": "(These reasons were written in the language “{lang}”.)",
        "appeal": "You can appeal until {until}, free of charge. Somebody else will hear you.",
        "answer": "You can also answer in the room “Notices”, whatever was decided.",
        "key": "To appeal without a login, use this key: {key}",
        "not": "People decided this, not software.",
        "partially": "Software helped to decide this.",
        "fully": "Software alone decided this. Somebody hears your appeal.",
        "warning": "You are warned. This is remembered until {until}.",
        "feature": "Until {until} you cannot: {capabilities}.",
        "interim": "For now, until {until}, you cannot: {capabilities}.",
        "suspension": "Until {until} your account is suspended. {keeps}",
        "block": "Until {until} your account is blocked. {keeps} Three more people have to confirm this within"
        " 7 days; otherwise it is a suspension of 30 days.",
        "keeps": "You can read, leave, take everything along and answer, but not write, post or invite.",
        "label": "Something that you posted has a label until {until}.",
        "age_gate": "Something that you posted is shown to adults only, until {until}.",
        "hide": "Something that you posted is hidden until {until}. It is not deleted.",
        "quarantine": "Something that you posted is set aside until {until}. It is not deleted.",
        "lift": "A decision about the account {subject} is lifted. It restricts nothing any more.",
        "confirmed": "Three more people have looked at the decision to block the account {subject}, and confirm it."
        " The block lasts until {until}, unless an appeal or a later word ends it before.",
        "not_confirmed": "Three more people have looked at the decision to block the account {subject}, and do not"
        " confirm it. It is a suspension now, and ends {until}.",
        "ruling": "Your appeal about the account {subject} was answered: {outcome}",
        "upheld": "the decision stays.",
        "reduced": "the decision is made milder.",
        "overturned": "you were right, and the decision is cancelled.",
        "inadmissible": "it could not be heard.",
        "code": "Somebody, probably you, wants mail for the account {subject} to come to this address."
        " To confirm it, type this code in the app within 24 hours: {code}",
        "not_me": "If it was not you, do nothing: nothing else will be sent to you.",
    },
    "zh": {
        "language": "中文",
        "comma": "、",
        "subject_statement": "关于您账号的一项决定",
        "subject_lift": "关于您账号的一项决定已撤销",
        "subject_ruling": "您的申诉已有答复",
        "subject_hearing": "另外三人已审看对您账号的封禁",
        "subject_code": "请确认您的邮箱地址",
        "statement": "这是关于账号 {subject} 的一项决定。",
        "facts": "发生了什么：",
        "reasons": "依据哪条规则，为什么：",
        "rule": "规则 {rule}，{title}",
        "law": "法律依据：{law}",
        "written_in": "（以上理由是用“{lang}”这种语言写的。）",
        "appeal": "在 {until} 之前，您可以免费申诉，由另外的人来审理。",
        "answer": "无论决定如何，您都可以在“Notices”（通知）房间里回复。",
        "key": "如果无法登录，请用这个密钥申诉：{key}",
        "not": "这是由人作出的决定，不是由软件作出的。",
        "partially": "软件协助作出了这项决定。",
        "fully": "这项决定完全由软件作出。您的申诉会由人来审理。",
        "warning": "这是对您的警告，记录保留到 {until}。",
        "feature": "在 {until} 之前，您不能：{capabilities}。",
        "interim": "作为临时措施，在 {until} 之前，您不能：{capabilities}。",
        "suspension": "在 {until} 之前，您的账号被停用。{keeps}",
        "block": "在 {until} 之前，您的账号被封禁。{keeps}这项决定须在 7 天之内由另外三人确认，否则改为停用 30 天。",
        "keeps": "您仍可以阅读、退出、带走自己的全部数据并回复，但不能发言、发布或邀请他人。",
        "label": "您发布的一项内容被加上标注，直到 {until}。",
        "age_gate": "在 {until} 之前，您发布的一项内容只对成年人显示。",
        "hide": "在 {until} 之前，您发布的一项内容被隐藏，但没有被删除。",
        "quarantine": "在 {until} 之前，您发布的一项内容被单独保管，但没有被删除。",
        "lift": "关于账号 {subject} 的一项决定已撤销，不再有任何限制。",
        "confirmed": "另外三人已审看封禁账号 {subject} 的决定，并予以确认。封禁持续到 {until}，除非申诉或之后的决定使其提前结束。",
        "not_confirmed": "另外三人已审看封禁账号 {subject} 的决定，没有予以确认。它改为停用，到 {until} 结束。",
        "ruling": "您关于账号 {subject} 的申诉已有答复：{outcome}",
        "upheld": "维持原决定。",
        "reduced": "减轻原决定。",
        "overturned": "您是对的，原决定已取消。",
        "inadmissible": "申诉未能受理。",
        "code": "有人（可能就是您）希望把账号 {subject} 的邮件发到这个地址。"
        "如要确认，请在 24 小时之内在应用中输入这个验证码：{code}",
        "not_me": "如果不是您本人，无须理会，我们不会再给您发任何邮件。",
    },
}

CAPABILITIES: Final[dict[str, Words]] = {
    "en": {
        "feed.post": "post moments",
        "feed.like": "like moments",
        "feed.reply": "reply to moments",
        "feed.share": "share moments",
        "chat.group.send": "write in groups",
        "chat.group.create": "start groups",
        "chat.group.join": "join groups",
        "chat.group.invite": "invite people to groups",
        "chat.dm.initiate": "write to people you have not talked to before",
        "channel.publish": "publish in channels",
        "channel.comment": "comment in channels",
        "discovery.listed": "be found in the directory of people",
        "media.upload.public": "upload files that everybody can see",
        "profile.edit.public": "change your public profile",
        "miniapp.publish": "publish mini-apps",
        "report.submit.nonurgent": "report things that are not urgent",
        "appeal.submit.repeat": "appeal the same decision again",
    },
    "zh": {
        "feed.post": "发布动态",
        "feed.like": "给动态点赞",
        "feed.reply": "回复动态",
        "feed.share": "转发动态",
        "chat.group.send": "在群里发言",
        "chat.group.create": "建群",
        "chat.group.join": "加入群",
        "chat.group.invite": "邀请别人进群",
        "chat.dm.initiate": "给没有聊过的人发消息",
        "channel.publish": "在频道里发布内容",
        "channel.comment": "在频道里评论",
        "discovery.listed": "出现在用户目录里",
        "media.upload.public": "上传公开的文件",
        "profile.edit.public": "修改公开的个人资料",
        "miniapp.publish": "发布小程序",
        "report.submit.nonurgent": "举报不紧急的事情",
        "appeal.submit.repeat": "对同一决定再次申诉",
    },
}


def languages() -> list[str]:
    """Return the languages of the frames, English first."""
    return list(_FRAMES)


def language_for(wanted: str) -> str:
    """Return the language to tell something in: the one that is wanted, its family, or English."""
    return nearest(wanted, languages())


def subject_line(lang: str, what: What) -> str:
    """Return the subject of a mail. It holds nothing that anybody wrote."""
    return _FRAMES[lang][f"subject_{what}"]


def statement_text(
    lang: str, decision: Decision, statement: Statement, ruleset: RuleSet, key: str
) -> str:
    """Return a statement of reasons as people read it: the measures, facts, rule and redress. DSA art. 17(3).

    Args:
        ruleset: the rules that the decision cites.
        key: with which it is appealed without a login.
    """
    words = _FRAMES[lang]
    measures = [_measure(lang, one) for one in decision.measures]
    reasons = [words["reasons"], _rule(lang, decision.rule_id, ruleset)]
    if decision.legal_ground:
        reasons.append(words["law"].format(law=decision.legal_ground))
    parts = [
        words["statement"].format(subject=decision.subject),
        "\n".join(measures),
        f"{words['facts']}\n{statement.facts}",
        "\n".join([*reasons, statement.explanation]),
    ]
    if statement.lang.partition("-")[0] != lang:
        parts.append(words["written_in"].format(lang=_language(statement.lang)))
    parts += [
        words[decision.automated_decision],
        words["appeal"].format(until=moment(appeal_until(Record(decision=decision)))),
        words["answer"],
        words["key"].format(key=key),
    ]
    return "\n\n".join(parts)


def lift_text(lang: str, subject: UserId) -> str:
    """Return what is told when a decision is lifted."""
    return _FRAMES[lang]["lift"].format(subject=subject)


def hearing_text(lang: str, subject: UserId, ends_at: int, *, is_confirmed: bool) -> str:
    """Return what is told when a panel has said whether a block lasts.

    Args:
        ends_at: when it ends, as far as is known now.
    """
    words = _FRAMES[lang]["confirmed" if is_confirmed else "not_confirmed"]
    return words.format(subject=subject, until=moment(ends_at))


def ruling_text(lang: str, subject: UserId, outcome: Outcome, reasons: str) -> str:
    """Return the answer to an appeal."""
    words = _FRAMES[lang]
    answer = words["ruling"].format(subject=subject, outcome=words[outcome])
    return f"{answer}\n\n{reasons}"


def code_text(lang: str, subject: UserId, code: str) -> str:
    """Return the mail by which an address is confirmed."""
    words = _FRAMES[lang]
    return f"{words['code'].format(subject=subject, code=code)}\n\n{words['not_me']}"


def _measure(lang: str, measure: Measure) -> str:
    words = _FRAMES[lang]
    return words[measure.step or measure.type].format(
        until=moment(measure.ends_at),
        capabilities=_capabilities(lang, measure.capabilities),
        keeps=words["keeps"],
    )


def _capabilities(lang: str, capabilities: Sequence[str]) -> str:
    known = CAPABILITIES[lang]
    return _FRAMES[lang]["comma"].join(known.get(one, one) for one in capabilities)


def _rule(lang: str, rule_id: str, ruleset: RuleSet) -> str:
    (clause,) = (one for one in ruleset.clauses if one.id == rule_id)
    title = clause.wording[choose(ruleset, lang)].title
    return _FRAMES[lang]["rule"].format(rule=rule_id, title=title)


def _language(lang: str) -> str:
    """Return a language's own name for itself where we know it, and its tag where we do not."""
    found = _FRAMES.get(lang.partition("-")[0])
    return lang if found is None else found["language"]


def moment(moment_ms: int) -> str:
    """Return a time as people read it, in UTC."""
    minutes = moment_ms // 60_000
    return f"{day(moment_ms)} {minutes // 60 % 24:02}:{minutes % 60:02} UTC"
