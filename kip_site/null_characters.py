"""Refuses null characters: PostgreSQL cannot store them, and no browser sends them."""

from django.core.exceptions import BadRequest

NULL = "\0"


class RefuseNullCharacters:
    """Answers 400 if the path or a field has a null character, before a view uses it in a query."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, arguments, named_arguments):
        sent = (value for fields in (request.GET, request.POST) for _name, values in fields.lists() for value in values)
        if NULL in request.path_info or any(NULL in value for value in sent):
            raise BadRequest("A null character was sent.")
