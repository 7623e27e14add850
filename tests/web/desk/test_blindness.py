"""Nothing the desk sends tells what others said or which model answered."""

from __future__ import annotations

from uuid import uuid4

import pytest

from labeling import assigning, rating
from labeling.models import Assignment, Batch, Response
from tests import factories
from tests.web.desk.requests import LogIn, address, answers, body, send

pytestmark = pytest.mark.django_db


class TestBlindness:
    MARKERS = ("PLANTED-PEER", "model-zeta", "planted-params", "PLANTED-SKIP", "PLANTED-FLAG")

    @pytest.fixture
    def planted(self, project, ana, ben) -> Assignment:
        """Ben has rated, skipped and flagged what Ana now rates; the model's name is everywhere."""
        item = factories.item(project)
        by = factories.generator(project, "model-zeta")
        for index in range(2):
            Response.objects.create(
                project=project,
                item=item,
                generator=by,
                index=index,
                external_id=f"model-zeta/{index}",
                messages=[{"role": "assistant", "name": "model-zeta", "content": "Yes."}],
                output="Yes.",
                metadata={"by": "planted-params"},
                content_hash=factories.digest(str(index)),
            )
        batch = assigning.open_batch(
            project,
            factories.published(project),
            "Blind",
            responses=Response.objects.all(),
            overlap=2,
            by=None,
        )
        first = assigning.claim_next(batch, ben)
        said = {key: one | {"rationale": "PLANTED-PEER"} for key, one in answers().items()}
        rating.submit(first, said, submission_id=uuid4(), by=ben)
        rating.flag(first, kind="item", text="PLANTED-FLAG", by=ben)
        rating.skip(assigning.claim_next(batch, ben), "other", text="PLANTED-SKIP", by=ben)
        return assigning.claim_next(batch, ana)

    def test_no_byte_of_the_desk_tells(self, as_user: LogIn, ana, planted):
        client = as_user(ana)
        sent = {"answers": answers(), "edit": 0, "writer": "t", "seq": 1}
        got = [
            client.get("/desk/"),
            client.get(f"/desk/{planted.batch_id}/"),
            client.get(address(planted)),
            send(client, address(planted, "draft"), sent),
            send(client, address(planted, "draft"), sent | {"writer": "u"}),
            send(client, address(planted, "submit"), body(planted, polite="")),
            send(client, address(planted, "submit"), body(planted)),
            client.get(address(planted)),
            client.get(f"{address(planted)}?correct=1"),
        ]
        for answer in got:
            seen = answer.content.decode() + str(dict(answer.headers))
            for marker in self.MARKERS:
                assert marker not in seen

    def test_the_generator_is_shown_when_only_peers_are_hidden(self, as_user, ana, planted):
        Batch.objects.filter(pk=planted.batch_id).update(blindness="peers")
        page = as_user(ana).get(address(planted)).content.decode()
        assert "model-zeta" in page
        assert "PLANTED-PEER" not in page
