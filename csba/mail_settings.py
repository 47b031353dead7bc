"""The settings of mail: our addresses, the ways in, the ways out; read from the environment."""

from csba import environment as env
from csba import providers

# --- our addresses -----------------------------------------------------------------------------
CSBA_REPLY_DOMAIN = env.domain("CSBA_REPLY_DOMAIN", "csba.example")
CSBA_SENDER_NAME = env.text("CSBA_SENDER_NAME", "Kundenservice")
CSBA_SENDER_ADDRESS = env.address("CSBA_SENDER_ADDRESS", f"service@{CSBA_REPLY_DOMAIN}")
CSBA_BOUNCE_ADDRESS = env.address("CSBA_BOUNCE_ADDRESS", f"bounces@{CSBA_REPLY_DOMAIN}")

# --- ways in -----------------------------------------------------------------------------------
CSBA_SMTP_HOST = env.text("CSBA_SMTP_HOST", "127.0.0.1")
CSBA_SMTP_PORT = env.port("CSBA_SMTP_PORT", 2525)
CSBA_SMTP_TLS = env.pair(
    "CSBA_SMTP_CERT", "CSBA_SMTP_KEY", "a certificate and its key are read together."
)
CSBA_SMTP_REQUIRE_TLS = env.flag("CSBA_SMTP_REQUIRE_TLS", default=False)
CSBA_LMTP_SOCKET = env.text("CSBA_LMTP_SOCKET")
CSBA_IMAP_HOST = env.text("CSBA_IMAP_HOST")
CSBA_IMAP_PORT = env.port("CSBA_IMAP_PORT", 993)
CSBA_IMAP_TLS = env.flag("CSBA_IMAP_TLS", default=True)
CSBA_IMAP_USER = env.text("CSBA_IMAP_USER")
CSBA_IMAP_PASSWORD = env.text("CSBA_IMAP_PASSWORD")
CSBA_IMAP_FOLDER = env.text("CSBA_IMAP_FOLDER", "INBOX")
CSBA_IMAP_DONE_FOLDER = env.text("CSBA_IMAP_DONE_FOLDER")
CSBA_IMAP_INTERVAL = env.number("CSBA_IMAP_INTERVAL", 30, low=1, high=3600)
CSBA_INBOUND_PROVIDERS = [one.lower() for one in env.hosts("CSBA_INBOUND_PROVIDERS", [])]
CSBA_INBOUND_SECRET = env.text("CSBA_INBOUND_SECRET")
CSBA_INBOUND_KEY = env.text("CSBA_INBOUND_KEY")
CSBA_MAIL_SIZE_LIMIT = env.number("CSBA_MAIL_SIZE_LIMIT", 26_214_400, low=1)
CSBA_TRUSTED_RELAYS = [one.lower() for one in env.hosts("CSBA_TRUSTED_RELAYS", [])]
CSBA_MARKETPLACE_DOMAINS = [
    one.lower() for one in env.hosts("CSBA_MARKETPLACE_DOMAINS", ["amazon.de", "amazon.com"])
]
CSBA_TRANSFER_ADDRESSES = {
    "DE": env.address("CSBA_TRANSFER_ADDRESS_DE", f"csba-de2de@{CSBA_REPLY_DOMAIN}").lower(),
    "CN": env.address("CSBA_TRANSFER_ADDRESS_CN", f"csba-cn2de@{CSBA_REPLY_DOMAIN}").lower(),
}
CSBA_CLAMD = env.socket("CSBA_CLAMD")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
if CSBA_INBOUND_PROVIDERS:
    # A provider hands a whole mail over in one field, encoded once more.
    DATA_UPLOAD_MAX_MEMORY_SIZE = max(DATA_UPLOAD_MAX_MEMORY_SIZE, 2 * CSBA_MAIL_SIZE_LIMIT)

# --- ways out ----------------------------------------------------------------------------------
CSBA_UNDO_SECONDS = env.number("CSBA_UNDO_SECONDS", 10, high=60)
CSBA_MAIL_PROVIDER = env.choice("CSBA_MAIL_PROVIDER", "", ("", *providers.KEYS))
CSBA_MAIL_PROVIDER_KEY = env.text("CSBA_MAIL_PROVIDER_KEY")
CSBA_MAIL_PROVIDER_DOMAIN = env.text("CSBA_MAIL_PROVIDER_DOMAIN")
CSBA_MAIL_PROVIDER_URL = env.text("CSBA_MAIL_PROVIDER_URL")
ANYMAIL = providers.anymail(
    provider=CSBA_MAIL_PROVIDER,
    key=CSBA_MAIL_PROVIDER_KEY,
    domain=CSBA_MAIL_PROVIDER_DOMAIN,
    url=CSBA_MAIL_PROVIDER_URL,
    inbound=CSBA_INBOUND_PROVIDERS,
    inbound_secret=CSBA_INBOUND_SECRET,
    inbound_key=CSBA_INBOUND_KEY,
)
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.port("EMAIL_PORT", 1025)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = CSBA_SENDER_ADDRESS
SERVER_EMAIL = CSBA_SENDER_ADDRESS
