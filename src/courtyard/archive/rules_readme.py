"""`README.txt`: what somebody reads who opens an archive years later. Pure."""

from typing import Final

from courtyard.base.ids import UserId

_TEXT: Final = """\
The archive of {account}
Made on {created} by {server}, in the format courtyard-archive/1.

This is everything that the server kept for this account, as of that moment. It is yours. Keep all parts (the zip files) together
and unpack them into one folder. Nothing here needs a program of ours: all files are plain text, pictures, sound or video.

  account.json       the account: profile, devices, sessions, settings, push rules, whom it ignores, tags of rooms
  contacts.json/vcf  the people of its direct chats; most address books read the .vcf
  rooms.json         every room with its name and its folder
  rooms/             for each room: room.json (name, settings, members) and events.ndjson, one event a line, the oldest first.
                     Very long rooms go on in events-2.ndjson and so on
  media.ndjson       which mxc:// address of a message is which file
  media/             the files, each once
  keys/              public keys, and the encrypted key backup as it was kept
  manifest.json      the name, size and SHA-256 of every file, signed by the server
  other folders      what other parts of the server keep; each is described in the manual

Messages of encrypted rooms are encrypted here too: the server never had the keys. The key backup in keys/ opens them, with
your recovery key.

Left out: rooms that you chose to forget, messages of people whom you ignore (how many is in rooms.json), and whatever others took
back before the archive was made. What a decision withheld from others just then is in its place without its content, with the reason and the
end; what you wrote yourself is whole. Times are UTC; origin_server_ts is in milliseconds since 1970.

To check that nothing was changed or lost:  courtyard archive verify FILE...

----------------------------------------------------------------------

{account} 的存档
由 {server} 于 {created} 生成，格式为 courtyard-archive/1。

这里是服务器在上述时刻为该账号保存的全部内容，它们属于您。请将所有分卷（zip 文件）放在一起，并解压到同一个文件夹。
阅读它们不需要我们的任何程序：所有文件都是纯文本、图片、声音或视频。

  account.json       账号：个人资料、设备、登录会话、设置、推送规则、屏蔽名单、房间标签
  contacts.json/vcf  私聊中的联系人；大多数通讯录可以读取 .vcf
  rooms.json         每个房间的名称及其文件夹
  rooms/             每个房间有 room.json（名称、设置、成员）和 events.ndjson（每行一个事件，从旧到新）；
                     很长的房间续写在 events-2.ndjson 等文件中
  media.ndjson       消息中的 mxc:// 地址对应哪个文件
  media/             文件本身，每个只保存一份
  keys/              公钥，以及按原样保存的加密密钥备份
  manifest.json      每个文件的名称、大小和 SHA-256，由服务器签名
  其他文件夹         服务器其他部分保存的内容，详见手册

加密房间的消息在这里同样是加密的：服务器从未拥有密钥。用您的恢复密钥可以打开 keys/ 中的密钥备份。

未包含：您选择忘记的房间、被您屏蔽的人的消息（数量见 rooms.json），以及在生成存档之前已被他人撤回的内容。
生成存档时依据决定暂时对他人隐藏的内容，会保留其位置，注明原因和截止时间，但不含正文；您自己写的内容完整无缺。
时间均为 UTC；origin_server_ts 为自 1970 年起的毫秒数。

检查是否有任何改动或缺失：courtyard archive verify 文件…
"""


def readme(account: UserId, server_name: str, created: str) -> bytes:
    """Return the text, in English and in Chinese.

    Args:
        created: RFC 3339.
    """
    return _TEXT.format(account=account, server=server_name, created=created).encode()
