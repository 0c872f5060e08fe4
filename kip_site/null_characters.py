"""Refuse the one character that no text here can hold: PostgreSQL stores none, and no browser sends it."""

from django.core.exceptions import BadRequest

NULL = "\0"


class RefuseNullCharacters:
    """Answer 400 to a null character in the address or in a field, before any view looks something up by it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, arguments, named_arguments):
        sent = (value for fields in (request.GET, request.POST) for _name, values in fields.lists() for value in values)
        if NULL in request.path_info or any(NULL in value for value in sent):
            raise BadRequest("A null character was sent.")
