"""The patterns of rules/outgoing_words.py: what contact data and advertising look like.

All of them read text in its plainest form (NFKC), in any case. Every repetition has a limit, so
that no text takes long.
"""

import re
from typing import Final

SHORTEST_KNOWN: Final = 6
"""A shorter number could stand anywhere in a phone number."""

CARRIERS: Final = (
    *("dhl.de", "dhl.com", "dhlparcel.nl", "deutschepost.de", "dpd.com", "dpd.de", "dpdgroup.com"),
    *("gls-group.eu", "gls-group.com", "gls-pakete.de", "myhermes.de", "hermesworld.com"),
    *("ups.com", "fedex.com", "tnt.com", "post.at", "post.ch", "postnl.nl", "bpost.be"),
    *("laposte.fr", "chronopost.fr", "royalmail.com", "poczta-polska.pl", "inpost.pl"),
    *("ems.com.cn", "sf-express.com", "sf-international.com", "cainiao.com", "yuntrack.com"),
    *("4px.com", "yanwen.com.cn", "zto.com", "yto.net.cn", "sto.cn"),
)
"""Where a parcel is followed; a part of these names before them (tracking.dpd.de) is theirs too."""

MARKETPLACE: Final = (
    *("amazon.de", "amazon.com", "amazon.co.uk", "amazon.fr", "amazon.it", "amazon.es"),
    *("amazon.nl", "amazon.pl", "amazon.se", "amazon.com.be", "amazon.at", "amazon.cn"),
)
SHOP_WINDOW: Final = re.compile(r"/(?:-/[a-z]{2}/)?(?:stores?|shops?|s|sp|seller|review)\b")
LEADS_ON: Final = re.compile(r"//|%2f%2f|@|\bwww\.", re.IGNORECASE)
"""An allowed page that hands its reader on is not allowed."""


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


def _compiled(*each: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in each)


# No letter or digit of ours before and after; Chinese may stand there without a space.
_BEGINS = r"(?<![a-z0-9])"
_ENDS = r"(?![a-z0-9])"
_LETTERS = "a-z0-9äöüß"

# Addresses and links.
_AT = r"(?:\s?(?:@|[(\[{<]\s?(?:at|ät)\s?[)\]}>]|艾特)\s?)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punkt|点)\s?[)\]}]\s?|\s?点\s?|。)"
EMAIL: Final = re.compile(
    rf"[{_LETTERS}._%+-]{{1,64}}{_AT}[{_LETTERS}-]{{1,63}}(?:{_DOT}[{_LETTERS}-]{{1,63}}){{0,3}}"
    rf"{_DOT}[a-z]{{2,24}}{_ENDS}"
    rf"|{_BEGINS}[{_LETTERS}._-]{{2,64}}\s(?:at|ät)\s[{_LETTERS}-]{{2,40}}\s(?:dot|punkt)\s[a-z]{{2,10}}{_ENDS}",
    re.IGNORECASE,
)
# Endings that are also words (me, to, it) count only with a path behind them, or www before.
# All small or all capital letters: a sentence that begins without a space is no address.
_ENDINGS = "com|net|org|de|eu|info|shop|store|online|cn|ch|uk|fr|pl|nl|biz|app|link|site|club|top"
_TLD = rf"(?-i:{_ENDINGS}|{_ENDINGS.upper()})"
_WORDLIKE = r"(?:me|to|it|at|us|io|ly|es|be|co|cc|tv|gg|gl|in|so)"
# Before the ending stands a name: «3.2.de Luxe» is no address.
_HOST = (
    rf"(?:[{_LETTERS}-]{{1,63}}\.){{0,3}}"
    rf"(?=[{_LETTERS}-]{{0,62}}[a-zäöüß]|\d{{3}})[{_LETTERS}-]{{1,63}}\."
)
URL: Final = re.compile(
    r"(?:https?|hxxps?|ftp)\s?:\s?//[^\s<>\"'“”„，。；、）)\]]{3,500}", re.IGNORECASE
)
BARE_HOST: Final = re.compile(
    rf"(?<![{_LETTERS}@.-])(?:www\.{_HOST}[a-z]{{2,24}}(?:/[^\s<>\"'，。；）)]{{0,300}})?{_ENDS}"
    rf"|{_HOST}{_TLD}(?![{_LETTERS}@-])(?!\.[a-z])(?:[:/?#][^\s<>\"'，。；）)]{{1,300}})?"
    rf"|{_HOST}{_WORDLIKE}/[^\s<>\"'，。；）)]{{1,300}})",
    re.IGNORECASE,
)
SPELT_HOST: Final = re.compile(
    rf"{_BEGINS}[{_LETTERS}-]{{3,60}}(?:\s?[(\[{{]\s?(?:dot|punkt|点)\s?[)\]}}]\s?|\s(?:dot|punkt)\s)"
    rf"(?:com|de|net|org|cn|shop|eu){_ENDS}",
    re.IGNORECASE,
)
IBAN: Final = re.compile(
    rf"{_BEGINS}[a-z]{{2}}\d{{2}}(?:\s?[a-z0-9]{{4}}){{2,7}}(?:\s?[a-z0-9]{{1,4}})?{_ENDS}",
    re.IGNORECASE,
)

# Numbers.
_BETWEEN = r"[ \u00a0()./–-]{0,3}"
_NO_MORE = r"(?![ \u00a0./–-]?\d)"
_CHINESE_DIGIT = "[零〇一二三四五六七八九幺]"
_CALLS = _any(
    *(r"\btel(?:efon(?:nummer|isch)?)?\b", r"\b(?:tele)?phone\b", r"\bfon\b", r"\brufnummer\b"),
    *(r"\bmobil(?:nummer|e)?\b", r"\bhandy(?:nummer)?\b", r"\bhotline\b", r"\bfax\b", r"\bcall\b"),
    *(r"\bruf(?:en|t)?\b", r"\banrufen\b", r"\bdial\b", r"\bwhats ?app\b"),
    *("电话", "手机", "致电", "拨打", "联系方式", "热线"),
)
SURE_PHONE: Final = re.compile(
    rf"{_BEGINS}(?P<abroad>\+\s?\(?[1-9](?:{_BETWEEN}\d){{6,13}})(?!\d)"
    rf"|{_CALLS}[^\d\n+]{{0,25}}(?P<called>\(?\d(?:{_BETWEEN}\d){{5,14}})(?!\d)"
    rf"|(?P<spelt>{_CHINESE_DIGIT}{{8,15}})",
    re.IGNORECASE,
)
PHONE: Final = re.compile(
    # from abroad with two zeros; a mobile and a fixed line in Germany; a mobile in China
    rf"{_BEGINS}(?:00[1-9](?:{_BETWEEN}\d){{7,12}}{_NO_MORE}"
    rf"|\(?01[5-7]\d\)?(?:[ \u00a0/.–-]{{0,3}}\d){{7,8}}{_NO_MORE}"
    rf"|\(?0[1-9]\d{{1,4}}\)?[ \u00a0]?[/ \u00a0–-][ \u00a0]?\d(?:[ \u00a0-]?\d){{4,8}}{_NO_MORE}"
    rf"|\(0[1-9]\d{{1,4}}\)\d{{5,9}}"
    rf"|1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{_NO_MORE}){_ENDS}",
    re.IGNORECASE,
)
DOUBTFUL_NUMBER: Final = re.compile(rf"{_BEGINS}0[1-9]\d{{7,10}}{_ENDS}", re.IGNORECASE)
NAMED_NUMBER: Final = re.compile(
    _any(
        *("sendung", "paket", "track", "bestell", "auftrag", "order", "artikel", r"\bart\b"),
        *("serien", "serial", "rechnung", "invoice", r"\bean\b", r"\bgtin\b", r"\bupc\b"),
        *(r"\brma\b", "retoure", "modell", "model", "teilenummer", r"\bpart\b", "ersatzteil"),
        *("kundennummer", "vorgang", "ticket", "referen", "charge", r"\blot\b", r"\bs/?n\b"),
        *("parcel", "shipment", "barcode", "单号", "编号", "序列", "型号", "订单", "发票", "条码"),
    )
    + r"[^\d\n]{0,25}$",
    re.IGNORECASE,
)
INNOCENT: Final = _compiled(
    r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)",
    r"(?<![\d.])\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d)",
    r"(?<!\d)\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)",
    r"(?:EUR|€|USD|\$|CNY|RMB|¥)\s?\d{1,3}(?:[.,' ]?\d{3}){0,2}(?:[.,]\d{1,2})?(?!\d)",
    r"(?<![\d.,+])[1-9]\d{0,2}(?:[.,' ]?\d{3}){0,2}(?:[.,]\d{1,2})?\s?(?:EUR|€|euro|USD|\$|元)",
)
"""Order numbers, dates, sums of money."""

# Messengers.
_MESSENGERS = _any(
    *("we-?chat", "weixin", "微信", "威信", "薇信", "v信", r"(?<![a-z])[vw]x", r"(?<![a-z])qq"),
    *("扣扣", "whats ?app", "telegram", "threema", "viber", "skype", "kakaotalk", "钉钉", "旺旺"),
    *("instagram", "tiktok", "抖音", "小红书"),
)
_NAMES_AFTER = r"\s{0,2}(?:id|号码?|账号|nummer|number|name|account)?\s{0,2}"
MESSENGER: Final = _compiled(
    rf"{_MESSENGERS}{_NAMES_AFTER}[:=是为]\s{{0,2}}@?[a-z0-9_+][\w.+-]{{3,30}}",
    r"(?:we-?chat|weixin|微信|威信|薇信|v信|(?<![a-z])qq)(?:群|号){0,2}\s{0,2}"
    r"(?=[a-z_-]{0,20}\d)[a-z0-9_-]{5,24}",
    rf"加(?:我|一下|我们|个){{0,2}}的?{_MESSENGERS}",
    r"(?<![\w])(?:signal|facebook|messenger|line)(?: id| name| account)?\s?:\s?@[\w.]{3,30}",
)
PER_MESSENGER: Final = re.compile(
    rf"(?:\b(?:per|via|über|auf|bei|on|by|through|our|my|unser\w{{0,2}}|mein\w{{0,2}})\s|通过|用|我们?的)"
    rf"(?:{_MESSENGERS}|(?:facebook|signal|messenger)\b)"
    r"(?![-a-z0-9äöü]|\s?(?:pay\b|支付|消息|通知|messages?\b|notifications?\b))",
    re.IGNORECASE,
)
CONTACT_WORDS: Final = re.compile(
    r"\b(?:us|me|uns|mich|mir|contact\w*|kontakt\w*|schreib\w*|erreich\w*)\b|我|联系|咨询|聊",
    re.IGNORECASE,
)

# Reviews and advertising.
_REVIEWS = r"(?:bewertung(?:en)?|rezension(?:en)?|produktbewertung(?:en)?|sternebewertung)"
REVIEW: Final = _compiled(
    rf"{_REVIEWS}\b[^.!?\n]{{0,40}}\b(?:hinterlass\w*|abgeb\w*|abzugeben|schreib\w*|änder\w*|"
    r"lösch\w*|entfern\w*|zurückz\w*|anpass\w*|anzupassen|korrigier\w*)",
    rf"\b(?:hinterlass\w*|schreib\w*|änder\w*|lösch\w*|geb\w*|schenk\w*|entfern\w*)\b[^.!?\n]{{0,40}}"
    rf"\b(?:positive\w*\s)?{_REVIEWS}",
    r"\bbewerten\s+sie\b|\b(?:wenn|falls)\s+sie\s+uns\b[^.!?\n]{0,30}\bbewert\w*",
    rf"\b(?:positive\w*|gute\w*|5|fünf)[- ](?:sterne[- ]?)?{_REVIEWS}|\b(?:5|fünf) sterne\b",
    r"\b(?:leave|write|post|give|submit|change|remove|delete|update|revise|edit|withdraw)\b"
    r"[^.!?\n]{0,35}\b(?:reviews?|ratings?|seller feedback)\b",
    r"\b(?:leave|post)\b[^.!?\n]{0,25}\bfeedback\b",
    r"\b(?:5|five)[- ]stars?\b|\bpositive (?:review|rating|feedback)s?\b|\brate us\b",
    r"好评|差评|[五5]星|(?:给|留下?|写)[^。！？\n]{0,6}(?:评价|评论|评分)",
    r"(?:删除|修改|撤销|更改|删掉)[^。！？\n]{0,8}(?:评价|评论)",
)
ADVERTISING: Final = _compiled(
    r"\b(?:gutschein|rabatt|aktions|promo)[- ]?codes?\b|\brabattaktion\w*|\bsonderangebot\w*",
    r"\bgutscheine?\s(?:über|für|im wert)\b|\bnewsletters?\b|\bfolgen sie uns\b|\babonnieren\b",
    r"\d\s?(?:%|prozent)\s(?:rabatt|nachlass)\s(?:auf|bei|für)\s(?:ihre?n?r?|den|die|das)\s?nächste\w*",
    r"\b(?:ihre?n?r?|den|die|der)\snächste[nr]?\s(?:einkauf|bestellung|kauf)\b",
    r"\b(?:unser\w{0,2}|meine?[nm]?)\s(?:\w{1,20}\s)?(?:online-?|web-?)?(?:shop|webseite|website|homepage)\b",
    r"\bbesuchen sie (?:uns|unser\w*)\b|\bdirekt bei uns\b[^.!?\n]{0,25}\b(?:bestell|kauf)\w*",
    r"\b(?:coupons?|vouchers?)\b(?:\s(?:code|for))?|\b(?:discount|promo)[- ]?codes?\b",
    r"\d\s?% off\b|\bspecial offers?\b|\bsubscribe\b|\bfollow us\b|\bnext (?:order|purchase)\b",
    r"\bour (?:own |online |web ?|new )?(?:shop|store|website|web site|homepage)\b|\bvisit us\b",
    r"\b(?:buy|order)\b[^.!?\n]{0,20}\bdirect(?:ly)? from us\b",
    r"优惠[券码卷]|折扣码|打折|促销|特价|返现|关注我们|下次(?:购买|下单|光临)|红包",
    r"(?:我们|本店|我)的?(?:网店|店铺|官网|网站|淘宝店?)|新品上市",
)
