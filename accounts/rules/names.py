"""Names, phones, websites and mail addresses brought into a form in which the same looks the same.

Case, accents (NFKD), full-width letters and digits, punctuation and legal forms (Inc, GmbH, 有限公司 …) do
not count; numbers do. Frequent traditional characters of company names are read as simplified ones; rarer
ones are left as they are, so a name written in both scripts may be missed.
"""

import re
import unicodedata

_LEGAL = frozenset(
    "inc incorporated corp corporation company co ltd limited llc llp lp plc pty pte gmbh mbh ag kg kgaa ohg "
    "ug se sa sas sarl srl spa bv nv oy oyj ab as asa aps kk sl sro doo zao ooo tbk bhd sdn".split()
)
_FILLERS = frozenset("the and und et y de la le & of".split())
_CHINESE_FORMS = re.compile(
    "股份有限公司|有限责任公司|责任有限公司|有限公司|株式会社|股份公司|集团公司|集团|总公司|分公司|公司"
)
_SIMPLIFIED = str.maketrans(
    "國龍華東廣業貿實發豐灣電產質車馬門飲館廠學藥銀達運進樂區場飯鋪總號聯連鎖環寶麗興榮義萬億責團會員紅聖潤來開關長線網點雲鮮購濱島陽務術藝製機設計極優樓鎮縣農糧魚鳥貓",
    "国龙华东广业贸实发丰湾电产质车马门饮馆厂学药银达运进乐区场饭铺总号联连锁环宝丽兴荣义万亿责团会员红圣润来开关长线网点云鲜购滨岛阳务术艺制机设计极优楼镇县农粮鱼鸟猫",
)
_SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_NUMBER = re.compile(r"\d+")
_SHARED_MAIL = frozenset(
    "gmail.com outlook.com hotmail.com yahoo.com qq.com 163.com 126.com icloud.com".split()
)
PHONE_DIGITS = 9


def plain(text: str) -> str:
    """Return a text without case, accents, full-width forms and the frequent traditional characters."""
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_SPECIAL).translate(_SIMPLIFIED)
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(letter)
    )
    return unicodedata.normalize("NFC", bare)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it apart: no punctuation, no legal form.

    A name that is nothing else keeps its words.
    """
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain(name))  # S.A. → SA
    words = _WORD.findall(text.replace("'", "").replace("’", ""))
    told = [part for word in words if (part := _CHINESE_FORMS.sub("", word))]
    told = [word for word in told if word not in _LEGAL and word not in _FILLERS]
    return tuple(told or words)


def name_key(name: str) -> str:
    """Return a name as one word: equal keys, equal names. Empty where it holds no letter or digit."""
    return "".join(words_of(name))


def numbers_of(name: str) -> tuple[str, ...]:
    """Return the numbers within a name in order of size; "Store 12" and "Store 13" are two stores."""
    return tuple(sorted(found.lstrip("0") or "0" for found in _NUMBER.findall(plain(name))))


def is_chinese(text: str) -> bool:
    """Whether a text holds characters that carry a word each."""
    return _CHINESE.search(text) is not None


def phone_key(phone: str) -> str:
    """Return the last nine digits of a phone number; empty where there are fewer than six."""
    digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", phone)))
    return digits[-PHONE_DIGITS:] if len(digits) >= 6 else ""


def website_key(website: str) -> str:
    """Return the host of a website without "www."; empty where there is none."""
    text = unicodedata.normalize("NFKC", website).strip().casefold()
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text)
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].strip(".")
    return host.removeprefix("www.")


def mail_key(mail: str) -> str:
    """Return a mail address as it is compared; what stands behind a plus sign does not count."""
    name, at, host = unicodedata.normalize("NFKC", mail).strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{host}" if at and name and host else ""


def is_private_mail(mail: str) -> bool:
    """Whether the address belongs to a provider that everybody may use."""
    return mail_key(mail).rpartition("@")[2] in _SHARED_MAIL
