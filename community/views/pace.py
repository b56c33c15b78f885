"""How much may one neighbor write before being asked to wait?"""

from core.pace import Pace

POSTS = Pace("neighbor-posts", "posts", 10, 3600, "an hour")
COMMENTS = Pace("neighbor-comments", "comments", 30, 3600, "an hour")
REPORTS = Pace("neighbor-reports", "reports", 20, 86_400, "a day")
