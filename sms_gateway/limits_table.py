"""How much one session, phone or address may ask; generous to people, dull to machines."""

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from renewal.language.text import LONGEST_TEXT_CHARS

LONGEST_BODY_BYTES = 64 * 1024
LARGEST_PUSH_BYTES = 480 * 1024  # of a provider that tells many receipts at once: some 1,700 of 280 bytes
PUSHES = "/sms/"
LONGEST_CHAT_CHARS = LONGEST_TEXT_CHARS
LONGEST_CLIENT_ID_CHARS = 100

THREADS = 16  # of the public port
TURNS_AT_ONCE = 8  # of them may wait for the assistant: half the threads are always free for the rest
TURNS_PER_ADDRESS = 6  # one address cannot keep everybody else waiting

SESSIONS_PER_ADDRESS: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(60), RateLimitItemPerHour(600))
MESSAGES_PER_SESSION: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(40), RateLimitItemPerHour(600))
MESSAGES_PER_ADDRESS: tuple[RateLimitItem, ...] = (
    RateLimitItemPerMinute(600),
)  # a centre's visitors share one
READS_PER_SESSION: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(240),)
FORMS_PER_SESSION: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(12), RateLimitItemPerHour(60))
FORMS_PER_ADDRESS: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(60), RateLimitItemPerHour(300))
VERDICTS_PER_SESSION: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(30),)
ANSWERS_PER_PHONE: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(20), RateLimitItemPerHour(200))
SIGN_INS_PER_ADDRESS: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(20), RateLimitItemPerHour(120))
TRIES_PER_BROWSER: tuple[RateLimitItem, ...] = (RateLimitItemPerHour(20),)  # of one that signed in before
