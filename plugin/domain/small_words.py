"""Words that carry no reason: the ones left out of every phrase and text, and the ones a phrase may step over.

DROPPED words never take part in matching, in a phrase or in a text. LIGHT words take part when a phrase names them;
between two words of a phrase they may stand in the text without being named. Both sets hold folded words.
"""

from typing import Final

from plugin.domain.folding import fold

_DROPPED_EN: Final = """
a an the my mine our your ur his her their this these those that please pls plz kindly just really very
quite so dear sir madam mam maam team guys guy folks bro kind bloody damn fucking fuckin goddamn
freaking fking um uh er well actually basically simply oh ah ya own bit such
"""
_DROPPED_AR: Final = """
لو سمحت سمحتوا سمحتم سمحتي فضلك فضلكم رجاء رجاءا ارجو الرجاء ممكن بالله عليك يا اخي اختي حضرتك حضرتكم
حضراتكم يعني بس كتير كثير جدا هذا هذه هاد هاذا هاذي هاذ هاظ ذلك تلك هذي الي اللي يلي التي الذي انو انه
ان أن لقد تبعي تبعتي تبعي تبعك بتاعي بتاعتي بتاع حقي حقتي حقت حق الخاص الخاصة بك لدي عندي عندكم
لديكم
"""
_DROPPED_FA: Final = """
را رو ها های هایم ام ای لطفا لطفاً خواهش میکنم جان جون آقا خانم عزیز آن اون همین یه یک خودم من شما
شماها خیلی واقعا هم گرامی محترم ی
"""
_LIGHT_EN: Final = """
to too of for on in at from by with into onto about regarding is are am was were be been being do does did doing
done have has had having will would can could may might should shall must i im we you u it its they he she
me us them and or but if then as than yet still already now again ever even only also there here yesterday
today tonight some any all more one ones who get gets getting got go going gonna wanna want wants wanted
need needs like would lets let able know tell see try trying tried back out up off over since ago till until
after before because hi hello hey thanks thank ok okay thx ty
"""
_LIGHT_AR: Final = """
في من الى على عن مع عند او ثم لكن لان كان كانت يكون تكون هل هناك هنا كل بعض اي انا نحن انت انتم هو هي هم لي
لنا له لها اريد بدي ابغى ابغي ابي عايز عاوز ودي احتاج محتاج اود ارغب حاب حابب يمكن يمكنني استطيع اقدر بقدر
فيني لازم اذا لو شي شيء حتى الان لسا لسه بعد قبل منذ مازال مازلت زال زلت زالت تم يتم صار راح رح سوف السلام
عليكم ورحمة مرحبا اهلا صباح مساء الخير شكرا عم قاعد جديد جديدة انني اني لما عشان علشان مشان ع ب ل و قد بي بكم هاي أين
"""
_LIGHT_FA: Final = """
از به در با برای تا که و یا ولی اما اگر اگه هست است بود هستم هستش شد شده شدم میشه می شود میخوام میخواهم
خواستم میخواستم باید بتونم بتوانم میتونم میتوانم میتونید کنم کنید کنین کردم کرده کردن کنه بده بدید بدهید
دارم دارد داره چیز چیزی هنوز الان قبلا بعد پیش روی توی تو واسه بابت چون پس اینکه همه سلام درود وقتتون بخیر
روز عصر شب خسته نباشید نباشین ممنون ممنونم مرسی سپاس تشکر متشکرم
"""

# Frequent words that do carry meaning: phrases name them, and yet they should not be looked for first.
_FREQUENT = """
not no never how what when where why which who long much many help new number time last please since
card account order payment money refund email address item product use make check change
ما لا لم لن مش مو ليس كيف شو ليش لماذا وين متى كم اي ايش ماذا طلب حساب بطاقة دفع مبلغ رقم
کجا کی چرا چطور چه چی چند چقدر نه نیست سفارش حساب پول کالا خرید شماره
"""


def _folded(*word_lists: str) -> frozenset[str]:
    """The folded words of blank-separated lists."""
    return frozenset(fold(" ".join(word_lists)).split())


DROPPED: Final = _folded(_DROPPED_EN, _DROPPED_AR, _DROPPED_FA)
LIGHT: Final = _folded(_LIGHT_EN, _LIGHT_AR, _LIGHT_FA)
FREQUENT: Final = LIGHT | _folded(_FREQUENT)
