"""The words of the public pages, in English and in Chinese. Both have the same keys: a test compares them."""

from typing import Final

from courtyard.base.page import LANGS

NOTHING: Final = "\u2013"
"""What stands where there is nothing to tell."""
_TAGS: Final = {"en": "en", "zh": "zh-Hans"}

WORDS: Final[dict[str, tuple[str, str]]] = {
    # --- the frame
    "site": ("Transparency at {server}", "{server} 的公开记录"),
    "skip": ("Skip to the content", "跳到正文"),
    "nav": ("Public record", "公开记录"),
    "other_lang": ("中文", "English"),
    "overview": ("Overview", "概览"),
    "decisions": ("Decisions", "决定"),
    "rules": ("Rules", "规则"),
    "legal": ("Legal requests", "官方要求"),
    "gaps": ("What is not met", "没有做到的"),
    "log": ("The log", "公开日志"),
    "foot": (
        "No names stand here. Times are days in UTC. Everything can be checked without trusting this server.",
        "这里没有任何人的名字。日期按 UTC 计算。所有内容都可以核对，不必相信本服务器。",
    ),
    "none": ("None.", "没有。"),
    "none_in_year": ("There were none in the last twelve months.", "过去十二个月里没有。"),
    "not_told": ("too few to tell", "人数太少，不公布"),
    "more_older": ("Older", "更早"),
    "more_newest": ("Newest", "最新"),
    "data": ("As data", "数据文件"),
    # --- overview
    "overview_intro": (
        "Nobody loses anything here in silence. This page shows what was decided about accounts in the last twelve months, how long it takes, and how often a decision turned out to be wrong.",
        "在这里，没有人会被悄悄处理。本页列出最近十二个月对账号作出的决定、所用的时间，以及有多少决定后来被推翻。",
    ),
    "n_decisions": ("Decisions", "决定"),
    "n_appeals": ("Appeals", "申诉"),
    "n_overturned": ("Overturned, of those heard", "审理后被推翻"),
    "n_decide": ("Half are decided within", "一半的决定用时不超过"),
    "n_answer": ("Half are answered within", "一半的申诉答复不超过"),
    "n_overdue": ("Answered too late", "超过期限的申诉"),
    "n_legal": ("Legal requests", "官方要求"),
    "n_gaps": ("Things not met now", "目前没有做到的"),
    "small": (
        "This server is small. Numbers between one and four could tell who it is, so tables with such a number are left out.",
        "本服务器人数较少。一到四之间的数字可能让人猜出是谁，所以含有这种数字的表格不公布。",
    ),
    "by_month": ("Decisions by month", "每月的决定"),
    "by_measure": ("What was decided", "决定的种类"),
    "by_length": ("How long measures run", "措施有多长"),
    "by_outcome": ("How appeals ended", "申诉的结果"),
    "by_answer": ("How soon appeals were answered", "申诉多久得到答复"),
    "by_category": ("What it was about", "涉及的事项"),
    "as_table": ("As a table", "以表格显示"),
    "month": ("Month", "月份"),
    "kind": ("Kind", "种类"),
    "number": ("Number", "数量"),
    "share": ("Share", "比例"),
    "total": ("Total", "合计"),
    "years": ("Report of {year}", "{year} 年度报告"),
    "ndjson": ("All decisions, one a line", "全部决定，每行一条"),
    "dsa": ("All decisions in the form of the EU's database", "全部决定，按欧盟数据库的格式"),
    # --- measures, states
    "measure.warning": ("Warning", "警告"),
    "measure.content": ("Content", "内容处理"),
    "measure.feature": ("Single features", "限制个别功能"),
    "measure.suspension": ("Suspension", "停用"),
    "measure.block": ("Block", "封禁"),
    "measure.interim": ("Interim", "临时措施"),
    "state.scheduled": ("to come", "尚未开始"),
    "state.active": ("in force", "有效"),
    "state.stayed": ("paused: the appeal is late", "暂停：申诉逾期未答"),
    "state.expired": ("over", "已结束"),
    "state.lapsed": ("lapsed: the appeal was late", "失效：申诉逾期未答"),
    "state.lifted": ("lifted", "已解除"),
    "state.overturned": ("overturned", "已推翻"),
    "state.annulled": ("annulled", "已撤销"),
    "outcome.upheld": ("Upheld", "维持"),
    "outcome.reduced": ("Reduced", "减轻"),
    "outcome.overturned": ("Overturned", "推翻"),
    "outcome.inadmissible": ("Inadmissible", "不予受理"),
    "outcome.withdrawn": ("Taken back", "撤回"),
    "up_to_1_hour": ("up to an hour", "一小时以内"),
    "up_to_1_day": ("up to a day", "一天以内"),
    "up_to_3_days": ("up to 3 days", "三天以内"),
    "up_to_7_days": ("up to 7 days", "七天以内"),
    "up_to_30_days": ("up to 30 days", "三十天以内"),
    "up_to_90_days": ("up to 90 days", "九十天以内"),
    "longer": ("longer", "更长"),
    "minutes": ("{n}\u00a0min", "{n}\u00a0分钟"),
    "hours": ("{n}\u00a0h", "{n}\u00a0小时"),
    "days": ("{n}\u00a0d", "{n}\u00a0天"),
    "category.ANIMAL_WELFARE": ("Animal welfare", "动物福利"),
    "category.CONSUMER_INFORMATION": ("Consumer information", "消费者信息"),
    "category.CYBER_VIOLENCE": ("Harassment", "骚扰"),
    "category.CYBER_VIOLENCE_AGAINST_WOMEN": ("Harassment of women", "对女性的骚扰"),
    "category.DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": ("Privacy", "侵犯隐私"),
    "category.ILLEGAL_OR_HARMFUL_SPEECH": ("Illegal or harmful speech", "违法或有害言论"),
    "category.INTELLECTUAL_PROPERTY_INFRINGEMENTS": ("Intellectual property", "侵犯知识产权"),
    "category.NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": ("Elections", "影响公共讨论或选举"),
    "category.NOT_SPECIFIED_NOTICE": ("Not specified", "未说明"),
    "category.OTHER_VIOLATION_TC": ("Other rules", "其他违规"),
    "category.PROTECTION_OF_MINORS": ("Protection of minors", "保护未成年人"),
    "category.RISK_FOR_PUBLIC_SECURITY": ("Public security", "危害公共安全"),
    "category.SCAMS_AND_FRAUD": ("Scams and fraud", "诈骗"),
    "category.SELF_HARM": ("Self-harm", "自残"),
    "category.UNSAFE_AND_PROHIBITED_PRODUCTS": ("Forbidden goods", "违禁物品"),
    "category.VIOLENCE": ("Violence", "暴力"),
    "cap.feed.post": ("posting", "发帖"),
    "cap.feed.like": ("likes", "点赞"),
    "cap.feed.reply": ("replies", "回复"),
    "cap.feed.share": ("sharing", "转发"),
    "cap.chat.group.send": ("messages in groups", "群聊发言"),
    "cap.chat.group.create": ("making groups", "建群"),
    "cap.chat.group.join": ("joining groups", "加群"),
    "cap.chat.group.invite": ("inviting to groups", "邀请入群"),
    "cap.chat.dm.initiate": ("writing to strangers", "给陌生人发消息"),
    "cap.chat.dm.existing": ("writing to a named person", "给指定的人发消息"),
    "cap.mention": ("mentioning a named person", "提及指定的人"),
    "cap.channel.publish": ("publishing in channels", "在频道发布"),
    "cap.channel.comment": ("comments in channels", "在频道评论"),
    "cap.discovery.listed": ("being found in the directory", "被搜索到"),
    "cap.media.upload.public": ("public uploads", "公开上传"),
    "cap.profile.edit.public": ("changing the profile", "修改公开资料"),
    "cap.miniapp.publish": ("publishing mini-apps", "发布小程序"),
    "cap.report.submit.nonurgent": ("reports that are not urgent", "非紧急举报"),
    "cap.appeal.submit.repeat": ("repeated appeals", "重复申诉"),
    # --- decisions
    "decisions_intro": (
        "Every decision about an account, the newest first. Each is an entry in a log that nobody can edit, the operator included.",
        "对账号作出的每一项决定，最新的在前。每一项都是公开日志里的一条记录，任何人都不能修改，运营者也不能。",
    ),
    "entry_no": ("Entry", "记录"),
    "day": ("Day", "日期"),
    "rule": ("Rule", "规则"),
    "what": ("What", "内容"),
    "now": ("Now", "现状"),
    "appeal": ("Appeal", "申诉"),
    "open": ("open", "等待答复"),
    "sealed": ("sealed", "封存"),
    "sealed_long": (
        "Sealed. On a small server, day and rule would tell who it is. The log holds a commitment, which the account can open.",
        "封存。在人数少的服务器上，日期和规则就足以让人猜出是谁。日志里只有承诺值，本人可以打开它。",
    ),
    "decision": ("Decision in entry {n}", "记录 {n} 中的决定"),
    "ground": ("Ground", "依据"),
    "ground.DECISION_GROUND_INCOMPATIBLE_CONTENT": ("the rules of this server", "本服务器的规则"),
    "ground.DECISION_GROUND_ILLEGAL_CONTENT": ("a law", "法律"),
    "category": ("Category", "类别"),
    "source": ("How it came up", "来源"),
    "source.SOURCE_ARTICLE_16": ("somebody reported it", "有人举报"),
    "source.SOURCE_TRUSTED_FLAGGER": ("a trusted flagger reported it", "可信举报者举报"),
    "source.SOURCE_TYPE_OTHER_NOTIFICATION": ("told in another way", "其他途径得知"),
    "source.SOURCE_VOLUNTARY": ("found by the staff", "工作人员发现"),
    "software": ("Software", "软件的作用"),
    "software.AUTOMATED_DECISION_NOT_AUTOMATED": ("people decided", "由人作出决定"),
    "software.AUTOMATED_DECISION_PARTIALLY": ("software took part", "软件参与"),
    "software.AUTOMATED_DECISION_FULLY": ("software alone", "仅由软件作出"),
    "people": ("People who decided", "作出决定的人数"),
    "later": ("What became of it", "后来怎样"),
    "fact.decision.lifted": ("Lifted", "解除"),
    "fact.decision.reduced": ("Reduced", "减轻"),
    "fact.decision.annulled": ("Annulled", "撤销"),
    "fact.appeal.submitted": ("Appealed; an answer is due on {due}", "提出申诉，应在 {due} 之前答复"),
    "fact.appeal.decided": ("The appeal was answered: {outcome}", "申诉的答复：{outcome}"),
    "entry": ("The entry in the log", "日志里的记录"),
    "check": ("How to check it yourself", "怎样自己核对"),
    "check_1": (
        "Run this. It reads the whole log, hashes every entry again, and remembers what it saw for the next time:",
        "运行下面的命令。它会读取整个日志，重新计算每条记录的哈希，并记住看到的内容，供下次比较：",
    ),
    "check_2": (
        "Or take the proof of this entry alone. It shows, without this server, that these very bytes stand in the log:",
        "也可以只取这条记录的证明。它不依赖本服务器就能说明这些字节确实在日志里：",
    ),
    "proof": ("Proof of entry {n}", "记录 {n} 的证明"),
    # --- rules
    "rules_intro": (
        "A decision cites the version that was in force when it happened.",
        "决定只适用行为发生时有效的版本。",
    ),
    "version": ("Version {n}, in force from {day}", "第 {n} 版，自 {day} 起生效"),
    "fingerprint": ("Fingerprint", "指纹"),
    "protected": ("What is protected", "受保护的内容"),
    "not_allowed": ("What is not allowed", "不允许的行为"),
    "at_most": ("At most: {measure}", "最重可至：{measure}"),
    # --- legal requests
    "legal_intro": (
        "What authorities have asked of this server, what was done, and whether those whom it concerns were told. The server cannot hand over what it cannot read: encrypted messages and files are closed to it.",
        "官方机构向本服务器提出了什么要求、本服务器怎样处理、有没有告知当事人。本服务器读不到的内容无法交出：加密的消息和文件，它没有钥匙。",
    ),
    "legal_hidden": (
        "Requests that an order keeps from the public for now: {n}. No order does so for longer than a year.",
        "因保密令暂时不能公布的要求：{n} 件。保密令最长一年。",
    ),
    "authority": ("Authority", "机构"),
    "authority.court": ("court", "法院"),
    "authority.police": ("police", "警察"),
    "authority.prosecutor": ("prosecutor", "检察机关"),
    "authority.regulator": ("regulator", "监管机构"),
    "authority.intelligence": ("intelligence service", "情报机构"),
    "authority.other": ("other authority", "其他机构"),
    "country": ("Country", "国家"),
    "legal.remove": ("to remove something", "要求移除内容"),
    "legal.data": ("for data", "要求提供数据"),
    "legal.gag": ("to keep silent", "要求保密"),
    "law": ("Law", "法律依据"),
    "summary": ("What was asked", "要求的内容"),
    "scope": ("For", "适用范围"),
    "everywhere": ("everywhere", "所有地区"),
    "accounts": ("Accounts concerned", "涉及的账号数"),
    "items": ("Things concerned", "涉及的内容数"),
    "state": ("State", "状态"),
    "lstate.received": ("received", "已收到"),
    "lstate.incomplete": ("incomplete", "材料不全"),
    "lstate.contested": ("contested", "已提出异议"),
    "lstate.valid": ("valid", "有效"),
    "lstate.complied": ("complied with", "已执行"),
    "lstate.refused": ("refused", "已拒绝"),
    "lstate.user_notified": ("those concerned were told", "已告知当事人"),
    "lstate.published": ("published", "已公布"),
    "step.validated": ("found complete and valid", "认定完整有效"),
    "step.found_incomplete": ("found incomplete: {missing}", "认定材料不全：{missing}"),
    "step.contested": ("contested", "提出异议"),
    "step.complied": ("complied with: {extent}", "执行：{extent}"),
    "step.refused": ("refused: {cause}", "拒绝：{cause}"),
    "step.user_notified": ("those concerned were told", "告知当事人"),
    "step.published": ("published", "公布"),
    "missing.official": ("no competent authority", "没有主管机关"),
    "missing.items": ("does not say about what", "没有说明对象"),
    "missing.law": ("names no law", "没有法律依据"),
    "extent.full": ("in full", "全部"),
    "extent.partial": ("in part", "部分"),
    "cause.incomplete": ("incomplete", "材料不全"),
    "cause.invalid": ("not valid", "无效"),
    "cause.disproportionate": ("not proportionate", "不合比例"),
    "cause.no_jurisdiction": ("no jurisdiction here", "没有管辖权"),
    "cause.contested": ("contested with success", "异议成立"),
    "handed_over": ("Handed over", "交出的数据"),
    "readable.account": ("account data", "账号资料"),
    "readable.profile": ("profile", "个人资料"),
    "readable.devices": ("devices", "设备"),
    "readable.addresses": ("network addresses", "网络地址"),
    "readable.memberships": ("memberships of rooms", "所在的房间"),
    "readable.plain_messages": ("messages that are not encrypted", "未加密的消息"),
    "readable.plain_files": ("files that are not encrypted", "未加密的文件"),
    "legal_one": ("Request of {authority}", "{authority}的要求"),
    "steps": ("Step by step", "处理过程"),
    "received": ("received", "收到"),
    "openings": (
        "While nobody could be told, the log held commitments. These are the fields and salts that open them:",
        "保密期间日志里只有承诺值。下面是能够打开它们的字段和盐：",
    ),
    # --- gaps
    "gaps_intro": (
        "Where this server falls short, now. Nobody writes this list: it follows from how the server stands.",
        "本服务器目前没有做到的地方。这份清单不是人写的，而是根据服务器的实际状况得出的。",
    ),
    "gaps_none": ("Nothing that this program knows how to look for.", "本程序能够检查的事项都做到了。"),
    "gap.log_halted": (
        "The public log stands still|Nothing can be decided about anybody until it goes on.",
        "公开日志停止了|在恢复之前，不能对任何人作出决定。",
    ),
    "gap.log_stale": (
        "The newest checkpoint is older than two days|The log has stopped, or is not dated.",
        "最新的检查点已经超过两天|日志停止了，或者没有标明日期。",
    ),
    "gap.log_behind": (
        "Entries that wait to be published: {n}|They should be there within seconds.",
        "有 {n} 条记录等待公布|本应在几秒之内完成。",
    ),
    "gap.appeals_overdue": (
        "Appeals that nobody has answered in time: {n}|The measures are paused or over until somebody has heard them.",
        "有 {n} 件申诉超过期限|在有人审理之前，有关措施暂停或者终止。",
    ),
    "gap.legal_hidden": (
        "Legal requests that cannot be shown yet: {n}|An order keeps them from the public, for a year at the most.",
        "有 {n} 件官方要求还不能公布|因为有保密令，最长一年。",
    ),
    "gap.legal_not_told": (
        "Legal requests of which those concerned were not told: {n}|They could be told now.",
        "有 {n} 件官方要求还没有告知当事人|现在已经可以告知。",
    ),
    "gap.no_staff": (
        "Nobody is on the staff|Reports are taken in and nobody decides them.",
        "没有工作人员|举报会收下，但没有人处理。",
    ),
    "gap.one_operator": (
        "One person decides alone|Nobody else can hear an appeal. So suspensions, blocks and anything longer than seven days are impossible here, and a measure pauses or ends when its appeal is late.",
        "只有一个人作决定|没有另一个人可以审理申诉。所以这里不能停用、不能封禁，也不能有超过七天的措施；申诉逾期，措施就暂停或者终止。",
    ),
    "gap.legal_alone": (
        "One person answers legal requests alone|Elsewhere two have to agree.",
        "官方要求由一个人处理|在其他服务器上需要两个人。",
    ),
    "gap.no_peer_exchange": (
        "No other server hears appeals for this one|That is not built yet.",
        "没有其他服务器代为审理申诉|这项功能还没有。",
    ),
    "gap.two_staff": (
        "Two people are on the staff|What both of them decided, nobody is left to hear the appeal of: it then pauses when the appeal is late. Blocks last no longer than a suspension.",
        "只有两名工作人员|两人共同作出的决定，没有第三个人可以审理申诉；申诉逾期，措施就暂停。封禁不会比停用更久。",
    ),
    "gap.no_panel": (
        "People on the staff: {n}|A block needs two, and three others as a panel. Without them it is a suspension of 30 days.",
        "有 {n} 名工作人员|封禁需要两个人决定，另外三个人组成合议。人数不够时，只能停用 30 天。",
    ),
    "gap.no_witness": (
        "No other server witnesses the log|It could show different things to different people, and only those who compare would see.",
        "没有其他服务器见证日志|它可能给不同的人看不同的内容，只有互相比较的人才能发现。",
    ),
    "gap.witness_missing": (
        "Witnesses that have not cosigned the newest checkpoint: {n}|They are asked again.",
        "有 {n} 个见证者还没有签署最新的检查点|会继续请求。",
    ),
    "gap.sealed_log": (
        "Accounts on this server: {n}|With fewer than 200, the log says only that something was decided, so that nobody is recognised.",
        "服务器有 {n} 个账号|不足 200 个时，日志只说明作出过决定，以免有人被认出。",
    ),
    "gap.not_in_dsa": (
        "Decisions that are not in the export for the EU: {n}|They are sealed in the log.",
        "有 {n} 项决定不在欧盟格式的数据里|它们在日志中是封存的。",
    ),
    "gap.no_mail": (
        "Nobody is written to by mail|Statements reach an account in its notices room only.",
        "不发送邮件|说明只送到账号的通知房间。",
    ),
    "gap.no_contact": (
        "The operator has published no contact|Set one, so that people can ask.",
        "运营者没有公布联系方式|请设置，以便人们询问。",
    ),
    # --- the log
    "log_intro": (
        "A list that only grows. Whoever keeps what they were shown can prove it when an entry was changed or taken back.",
        "一份只会增长的清单。谁保存了自己看到的内容，谁就能证明某条记录被改动或者撤回过。",
    ),
    "entries": ("Published entries", "已公布的记录"),
    "dated": ("Dated", "日期"),
    "key": ("Key", "密钥"),
    "origin": ("Name", "名称"),
    "checkpoint": ("The newest checkpoint", "最新的检查点"),
    "witnesses": ("Witnesses", "见证者"),
    "cosigned": ("has cosigned", "已签署"),
    "not_cosigned": ("has not cosigned yet", "尚未签署"),
    "files": ("Files", "文件"),
}  # fmt: skip


class Words:
    """The words in one language."""

    def __init__(self, lang: str) -> None:
        """Choose one of `LANGS`."""
        self.lang = lang
        self.tag = _TAGS[lang]
        self._place = LANGS.index(lang)

    def __call__(self, key: str, **fields: object) -> str:
        """Return a sentence, filled in."""
        return WORDS[key][self._place].format(**fields)

    def name(self, kind: str, value: object) -> str:
        """Return how something out of a closed list is called; as it is, if it is new."""
        found = WORDS.get(f"{kind}.{value}")
        return str(value) if found is None else found[self._place]

    def length(self, seconds: int | None) -> str:
        """Return a length of time in its largest unit, rounded up."""
        if seconds is None:
            return NOTHING
        for unit, size in (("days", 86_400), ("hours", 3_600)):
            if seconds >= 2 * size:
                return self(unit, n=-(-seconds // size))
        return self("minutes", n=-(-seconds // 60))
