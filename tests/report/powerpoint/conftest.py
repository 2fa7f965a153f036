import pytest
from powerpoint_tools import Built


@pytest.fixture(scope="session")
def built_cases(rendered_cases):
    made = {}

    def of(case):
        if case not in made:
            made[case] = Built(rendered_cases(case))
        return made[case]

    return of


@pytest.fixture
def built(built_cases):
    return built_cases("validated")


@pytest.fixture(params=("validated", "none", "awkward"))
def each_built(request, built_cases):
    return built_cases(request.param)
