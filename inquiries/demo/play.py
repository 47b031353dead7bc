"""Acting the demo's conversations: each step is the operation that a face would call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from caselog.models import Case, Entry, Question, QuestionTemplate
from caselog.operations import questions
from caselog.rules import answers
from csba import promises
from csba.accounts.models import User
from inquiries.channels.mailbox.dispatch import Result
from inquiries.demo.people import Cast
from inquiries.demo.post import Post
from inquiries.demo.script import Step
from inquiries.demo.staging import Set
from inquiries.models import Inquiry
from inquiries.operations import (
    assignment,
    conversation,
    decision,
    intake,
    merge,
    seller_input,
)
from inquiries.rules import reading, topics

Act = tuple[datetime, Callable[[], None]]

# The clock's sweeps run a little after the moment they are due, as those of the beat do.
_TICK: Final = timedelta(seconds=12)
_REASONS_END: Final = "\n..\n"


@dataclass
class Stage:
    """Where the scenes are played; `opened` knows the inquiry that each scene is at, `made` all."""

    cast: Cast
    sets: dict[str, Set]
    at: datetime
    post: Post
    opened: dict[str, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)

    def acts(self) -> Iterator[Act]:
        """Every step of every scene with its moment, and the clock's ticks that follow; unsorted.

        What would lie in the future has not happened.
        """
        for found in self.sets.values():
            begun = self.at - found.scene.ago
            for number, step in enumerate(found.scene.steps):
                moment = begun + step.after
                if moment > self.at:
                    raise ValueError(f"{found.scene.key}: {step.after} is still to come")
                yield moment, self._act(found, step, first=number == 0)
                if step.does.partition(" ")[0] == "asks":
                    yield from self._ticks(moment)

    def _ticks(self, asked_at: datetime) -> Iterator[Act]:
        due = asked_at + promises.seller_reply(asked_at)
        for left in promises.seller_reminders(asked_at):
            if (moment := due - left + _TICK) <= self.at:
                yield moment, _sweeping(questions.remind, moment)
        if (moment := due + _TICK) <= self.at:
            yield moment, _sweeping(questions.lapse_overdue, moment)

    def _act(self, found: Set, step: Step, *, first: bool) -> Callable[[], None]:
        words = found.spoken(step.words)
        if first:
            return lambda: self._open(found, words)
        match step.who:
            case "buyer":
                return lambda: self._buyer(found, step, words)
            case "seller":
                return lambda: self._seller(found, step, words)
            case "someone":
                return lambda: self._someone(found, step.does, words)
            case "machine":
                return lambda: self._machine(found, words)
        colleague = self.cast.staff[step.who]
        return lambda: self._colleague(found, colleague, step.does, words)

    def _inquiry(self, found: Set) -> Inquiry:
        return Inquiry.objects.get(pk=self.opened[found.scene.key])

    def _goes_on(self, found: Set, inquiry: Inquiry) -> None:
        """Late words open a new inquiry that follows the old; from then on the scene is there."""
        self.opened[found.scene.key] = inquiry.pk
        self.made.add(inquiry.pk)

    def _open(self, found: Set, words: str) -> None:
        scene, order = found.scene, found.order
        subject = found.spoken(scene.facts.get("subject", ""))
        known = None if "asked_for_order" in scene.facts else order
        kept = None
        if scene.channel == "EMAIL":
            kept = self.post.first_mail(found.buyer, subject, words)
        told = reading.read(
            f"{subject}\n{words}",
            at=timezone.now(),
            with_order=known is not None,
            default=found.language,
        )
        said = told.topic if told.topic.topic == scene.topic else topics.Found()
        inquiry = intake.receive(
            intake.Incoming(
                channel=scene.channel,
                body=words,
                subject=subject,
                buyer_email=found.buyer.email,
                buyer_name=found.buyer.name,
                language=found.language,
                order=known,
                order_number=known.number if known else scene.facts.get("said", ""),
                seller=self.cast.sellers.get(scene.facts.get("seller", "")),
                topic=scene.topic,
                topic_words=said.words,
                topic_rule=said.rule,
                reading=told.kept,
                signal=scene.signal,
                inbound=kept.mail if kept is not None else None,
                sender=found.buyer.email,
            )
        )
        self._goes_on(found, inquiry)
        if kept is not None:
            kept.handled(inquiry, Result.OPENED)

    def _buyer(self, found: Set, step: Step, words: str) -> None:
        inquiry = self._inquiry(found)
        order = found.order if step.does == "names the order" else None
        if inquiry.channel != "EMAIL":
            said = conversation.buyer_wrote(
                inquiry, body=words, channel=inquiry.channel, order=order
            )
            self._goes_on(found, said.inquiry)
            return
        kept = self.post.answer(inquiry, found.buyer, words)
        said = conversation.buyer_wrote(
            inquiry,
            body=kept.body,
            fold_at=kept.fold_at,
            channel="EMAIL",
            inbound=kept.mail,
            sender=found.buyer.email,
            order=order,
        )
        self._goes_on(found, said.inquiry)
        kept.handled(said.inquiry, Result.ADDED if said.inquiry == inquiry else Result.OPENED)

    def _someone(self, found: Set, address: str, words: str) -> None:
        inquiry = self._inquiry(found)
        kept = self.post.from_someone(inquiry, address, words)
        conversation.someone_else_wrote(
            inquiry, body=words, sender=address, channel="EMAIL", inbound=kept.mail
        )
        kept.handled(inquiry, Result.ASIDE)

    def _machine(self, found: Set, words: str) -> None:
        inquiry = self._inquiry(found)
        kept = self.post.from_machine(inquiry, found.buyer, words)
        conversation.machine_wrote(inquiry, body=words, sender=found.buyer.email, inbound=kept.mail)
        kept.handled(inquiry, Result.MACHINE)

    def _seller(self, found: Set, step: Step, words: str) -> None:
        inquiry = self._inquiry(found)
        assert inquiry.case is not None, f"{found.scene.key}: nobody has asked the seller"
        seller = self._key_of(inquiry)
        if step.does == "waives":
            questions.waive(inquiry.case, by=self.cast.owner(seller))
        elif step.does == "by mail":
            sender = self.cast.sellers[seller].default_email
            questions.reply(inquiry.case, body=words, by=None, via=Entry.Via.MAIL, sender=sender)
        else:
            typed, _end, said = words.rpartition(_REASONS_END)
            author = self.cast.author(seller, said)
            given = _given(inquiry.case, typed)
            questions.reply(inquiry.case, body=said, by=author, via=Entry.Via.PORTAL, answers=given)

    def _colleague(self, found: Set, by: User, does: str, words: str) -> None:
        inquiry = self._inquiry(found)
        verb, _space, rest = does.partition(" ")
        match verb:
            case "takes":
                assignment.take(inquiry, by=by)
            case "passes":
                assignment.pass_on(inquiry, to=self.cast.staff[rest.removeprefix("to ")], by=by)
            case "notes":
                conversation.add_note(inquiry, body=words, by=by)
            case "asks":
                code = rest.removeprefix("by ")
                template = QuestionTemplate.objects.active().get(code=code) if code else None
                facts = template.order_facts if template is not None else ()
                seller_input.ask_seller(inquiry, body=words, by=by, template=template, facts=facts)
            case "replies":
                conversation.agent_replied(inquiry, body=words, by=by, then="WAIT")
            case "holds":
                conversation.agent_replied(inquiry, body=words, by=by, then="HOLD")
            case "resolves":
                conversation.agent_replied(inquiry, body=words, by=by, then="RESOLVE", outcome=rest)
            case "closes":
                conversation.resolve(inquiry, outcome=rest, by=by)
            case "decides":
                reasons, told = words.split(_REASONS_END)
                decision.decide(
                    inquiry, outcome=rest, reasoning=reasons.strip(), by=by, reply=told.strip()
                )
            case "spams":
                conversation.mark_spam(inquiry, by=by)
            case "merges":
                target = self.opened[rest.removeprefix("into ")]
                merge.merge(inquiry, Inquiry.objects.get(pk=target), by=by)
            case _:
                raise ValueError(f"{found.scene.key}: nobody knows how to {does!r}")

    def _key_of(self, inquiry: Inquiry) -> str:
        sellers = self.cast.sellers.items()
        return next(key for key, seller in sellers if seller.pk == inquiry.seller_id)


def _given(case: Case, typed: str) -> dict[str, Any]:
    """The typed fields of the question that waits in the case."""
    if not typed:
        return {}
    question = Question.objects.filter(case=case).latest("pk")
    values = dict(line.split(" = ", 1) for line in typed.splitlines())
    taken = answers.taken(question.fields, values, today=question.asked_at.date())
    if taken.problems:
        raise ValueError(f"{case}: {taken.problems}")
    return taken.values


def _sweeping(sweep: Callable[[datetime], int], at: datetime) -> Callable[[], None]:
    def tick() -> None:
        sweep(at)

    return tick
