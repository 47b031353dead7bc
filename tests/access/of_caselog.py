"""One case with a question, a file that was sent and one that waits, and their addresses."""

from typing import Any

from caselog.models import DraftFile, EntryFile
from caselog.operations import drafts, questions
from caselog.operations.files import Upload
from sellers.models import Seller
from tests.factories.caselog import CaseFactory
from tests.returns.money.asking import PNG


def made(seller: Seller) -> dict[str, list[Any]]:
    """Arguments of the addresses, by the name of the page; the draft is the owner's."""
    case = CaseFactory(seller=seller)
    owner = seller.memberships.filter(role="OWNER").get().user
    questions.ask(case, body="Does the lid fit?", by=None)
    photo = Upload("lid.png", PNG)
    sent = questions.reply(case, body="It fits.", by=owner, via="PORTAL", files=[photo])
    questions.ask(case, body="And the handle?", by=None)
    draft = drafts.save(case, by=owner, body="The handle", answers={}, uploads=[photo])
    return {
        "case": [case.number],
        "reply-case": [case.number],
        "drop-draft": [case.number],
        "waive-case": [case.number],
        "case-file": [case.number, EntryFile.objects.get(entry=sent).pk],
        "case-draft-file": [case.number, DraftFile.objects.get(draft=draft).pk],
    }
