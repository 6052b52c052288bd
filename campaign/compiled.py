"""Queries that are put into SQL once: to do so takes Django longer than the database needs for the
answer.

They stay queries of the ORM, with the conditions that others share; only what stands in their slots
differs each time.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Slot(Expression):
    """Stands in a condition for a value that is given later."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Compiled(Generic[M]):
    """A query with slots. Rows are models with what the query loads, and nothing prefetched."""

    def __init__(self, make: Callable[[], QuerySet[M, Any]]) -> None:
        self.make = make

    @cached_property
    def _sql(self) -> tuple[type[M], str, tuple[Any, ...]]:
        query = self.make()
        sql, params = query.query.get_compiler(connection=connection).as_sql()
        return query.model, sql, tuple(params)

    def rows(self, **values: object) -> list[M]:
        model, sql, _params = self._sql
        return list(model._base_manager.raw(sql, self._given(values)))

    def first(self, **values: object) -> M | None:
        return next(iter(self.rows(**values)), None)

    def tuples(self, **values: object) -> list[tuple[Any, ...]]:
        """Columns as the database gives them."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql[1], self._given(values))
            return list(cursor.fetchall())

    def _given(self, values: Mapping[str, object]) -> list[Any]:
        params = self._sql[2]
        return [values[each.name] if isinstance(each, Slot) else each for each in params]
