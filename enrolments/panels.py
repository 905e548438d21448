"""What enrolments add to shared pages: search columns, navigation, to-do list, month page, a provider's page."""

from enrolments.queries.free import FREE
from portal.panels import SearchColumn

free_places = SearchColumn("free", FREE)
