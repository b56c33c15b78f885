"""Do workers of what can wait leave the processors to those of what cannot?"""

import os

import pytest

from core.lanes import MAIL, UPKEEP, URGENT
from tests.faults.installation import Installation

pytestmark = pytest.mark.faults


def test_mail_and_upkeep_step_back_behind_urgent_posts(installation: Installation) -> None:
    niceness = {
        lane: os.getpriority(os.PRIO_PROCESS, installation.start_worker(lane).pid) for lane in (URGENT, MAIL, UPKEEP)
    }

    assert niceness[URGENT] == os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness[MAIL] == niceness[UPKEEP] > niceness[URGENT]
