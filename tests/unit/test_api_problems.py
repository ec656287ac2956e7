"""Problems of parameters are said in words of ours, not of a library."""

from typing import Annotated

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from dashboard.api.problems import parameter_problems


class _Body(BaseModel):
    answers: Annotated[dict[str, int], Field(min_length=1, max_length=100)]


@pytest.mark.parametrize(
    ("count", "reason"), [(101, "takes at most 100 items"), (0, "takes at least 1 items")]
)
def test_too_many_and_too_few_items(count: int, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Body(answers={str(number): 1 for number in range(count)})
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    found = parameter_problems(RequestValidationError(errors))
    assert found == [{"name": "answers", "where": "body", "reason": reason}]
