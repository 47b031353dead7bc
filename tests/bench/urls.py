"""The product's URLs and the floor beside them."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from csba.urls import urlpatterns as product
from inquiries.models import Inquiry

# What a first version of any list looks like: fifty rows, two dates a row formatted by the
# template.
_TEMPLATE = Engine(debug=False).from_string(
    "<!doctype html><title>floor</title><table>{% for row in rows %}<tr><td>{{ row.number }}</td>"
    "<td>{{ row.subject }}</td><td>{{ row.buyer_name }}</td><td>{{ row.topic }}</td><td>{{ "
    "row.last_seq }}</td>"
    "<td>{{ row.next_due_at|date:'Y-m-d H:i' }}</td><td>{{ row.waiting_since|date:'Y-m-d H:i' "
    "}}</td>"
    "<td>{{ row.preview }}</td></tr>{% endfor %}</table>"
)


def floor(request: HttpRequest) -> HttpResponse:
    """Fifty rows by the queue's index, nothing else."""
    rows = list(
        Inquiry.objects.filter(status="OPEN", waiting_since__isnull=False).order_by(
            "next_due_at", "id"
        )[:50]
    )
    return HttpResponse(_TEMPLATE.render(Context({"rows": rows})))


urlpatterns = [path("floor", floor), *product]
