"""What holds for every test of records: keys follow each other as at the tests of the screens."""

from tests.screens.idle import no_idle_time as no_idle_time
