"""Every bound of the product, with its unit in its name and its reason beside it."""

from typing import Final

# --- the wire
FRAME_BYTES_MAX: Final = 65_536  # an offer of 3 packages with 100 lines each fits; more is an attack
SERVER_FRAME_BYTES_MAX: Final = 4_194_304  # of ours: the state of a table with 50 long offers, and then some
MESSAGE_CHARS_MAX: Final = 8_000  # about three printed pages; longer texts are documents
MENTIONS_MAX: Final = 10  # people named in one message: more are everybody
MENTION_MAIL_AFTER_S: Final = 120  # who is here reads it before; who is away gets a mail
MESSAGE_EDITS_MAX: Final = 20  # corrections of one message: somebody may want to read them all
COMMANDS_PER_S: Final = 10  # a fast typist sends one; a client that repairs itself sends a few
COMMANDS_BURST: Final = 40  # a reconnect re-sends what was waiting
SOCKET_SILENCE_S: Final = 60  # three missed heartbeats
HEARTBEAT_S: Final = 20  # below the 30 s after which common proxies drop a silent connection
STREAMS_PER_SOCKET_MAX: Final = 50  # more rooms than a person can follow
WAITING_COMMANDS_MAX: Final = 200  # of one socket, behind one that takes time: five bursts
REFUSALS_IN_A_ROW_MAX: Final = 100  # a client that only ever gets refusals is broken: close it

SIGNALS_PER_S: Final = 30  # of one kind, person and room: a cursor every 33 ms, more than goes out
SIGNALS_BURST: Final = 60
SIGNAL_INTERVAL_S: Final = 0.05  # typing and cursors of a stream go out together this often: 20 a second
PRESENCE_INTERVAL_S: Final = 1  # who comes and goes within it is told once: a reload goes unnoticed
PRESENCE_PEOPLE_MAX: Final = 100  # named in one notice; of the others the number: 4 kB
PRESENCE_REPEATS: Final = 50  # streams that are told of again at each look at the gaps: 10 a second
READ_INTERVAL_S: Final = 1  # how far people have read is written this often, all of a process at once
PRESENCE_SILENCE_S: Final = 60  # after which a process that says nothing is taken for dead

# --- flow control: what a client has not reported as taken
FLOW_REPORT_BYTES: Final = 65_536  # how often a client reports: a tenth of a second at 5 Mbit/s
FLOW_MARK_BYTES: Final = 16_384  # how exactly the hub remembers what a report is about
FLOW_WINDOW_BYTES: Final = 262_144  # beyond it a socket is told to resync: four reports, 2 s at 1 Mbit/s
FLOW_ASK_BYTES_MAX: Final = 2_097_152  # beyond it not even a page of history is given: four of the largest
LINE_BYTES_MAX: Final = (
    8_388_608  # waiting for one socket, answers included; more is a client that never reads
)
LINE_PAUSE_BYTES: Final = 131_072  # waiting for one socket: until it reads, nothing more is taken from it
CLOSE_WITHIN_S: Final = 5  # how long a farewell may take

# --- the group-commit writer
WRITER_BATCH_MAX: Final = 500  # events in one transaction: below the 20 ms that nobody may hold SQLite's gate
WRITER_QUEUE_MAX: Final = 20_000  # events that wait: about a second's work; more would only wait longer
WRITER_HELD_RETRY_S: Final = 0.002  # until a stream that a service held is tried again: a service's commit
WRITER_ROUNDS_MAX: Final = 2_500  # such tries: some five seconds
BUSY_RETRY_MS: Final = 500
LAYER_WITHIN_S: Final = 2  # for Redis to take a hint: the log is looked at every 5 s anyway
LAYER_HINTS_MAX: Final = 1_000  # that wait for Redis; what is older is read from the log
STOP_WITHIN_S: Final = 10
DRAIN_WITHIN_S: Final = 2  # for sockets to take a restart's goodbye

# --- streams
SNAPSHOT_EVENTS: Final = 50  # one screen and a half: what a person reads first
HISTORY_EVENTS_MAX: Final = 200  # a page of older events
EVENTS_CHARS_MAX: Final = 98_304  # of events in one frame: below 400 kB; some servers send 1 MiB at most
REPLAY_EVENTS_MAX: Final = 500  # beyond it a snapshot is smaller than the missing events
HEADS_AT_ONCE: Final = 100  # signed in one transaction: some 10 ms
HEAD_SIGN_INTERVAL_S: Final = 30  # how long a tail may stay unsigned (the promise is an hour)
GAP_CHECK_INTERVAL_S: Final = 5  # how long a lost broadcast can stay unnoticed

# --- transcripts, and what was
TRANSCRIPT_FINDINGS_MAX: Final = 20  # that are listed of one file: one is enough to distrust it
TRANSCRIPT_UPLOAD_BYTES_MAX: Final = (
    8_388_608  # on the public page: some 20,000 events; the command takes any
)
TRANSCRIPTS_CHECKED_AT_ONCE: Final = 2  # each may take eleven times its size in memory
TRANSCRIPT_CHECK_WAIT_S: Final = 5  # until somebody is told to try again: several of the longest
CHECKS_PER_CLIENT_H: Final = 60  # files from one network address in an hour; offices share one
PAPER_EVENTS_MAX: Final = 1_000  # the newest ones, in a PDF: some 40 pages, 100 MB to set; the JSON has all
PAPER_ATTACHED_BYTES_MAX: Final = 8_388_608  # of JSON inside a PDF; beyond it the file stands alone
PAST_EVENTS_MAX: Final = 20_000  # that are folded to show a room, or a board, as it was: a second's work
PAST_BYTES_MAX: Final = 67_108_864  # of content that is read for it
PAST_SHOWN_EVENTS: Final = 100  # that come with it: a few screens; older ones are asked for

# --- offers
ROUNDS_MAX: Final = 50  # versions on one table; the cap of the best open process
OFFER_EXPIRES_S: Final = 48 * 3600  # what people know from the largest market place
OFFER_EXPIRES_MIN_S: Final = 1  # a flash offer may be short; zero would never stand
OFFER_EXPIRES_MAX_S: Final = 90 * 86_400  # a quarter: longer is a price list, not an offer
OFFER_EXTENDED_MIN_S: Final = 60  # by a moderator, at once: less helps nobody
OFFER_EXTENDED_MAX_S: Final = 7 * 86_400  # at once: a question is cleared up within a week
PACKAGES_MAX: Final = 3  # more alternatives paralyse the one who chooses
LINES_MAX: Final = 100
ISSUES_MAX: Final = 50
LABEL_CHARS_MAX: Final = 200  # a line title, an issue's name
VALUE_CHARS_MAX: Final = 2_000  # a clause
REASON_CHARS_MAX: Final = 500
PREFERENCES_MAX: Final = 60  # what a side wants of the issues of an offer, of its total and of some lines
WEIGHT_MAX: Final = 100  # of one issue against the others: a percentage for who thinks in those
NOTES_CHARS_MAX: Final = 8_000  # of a side's private notes on a room: as long as a message
PROOF_LIFE_S: Final = 120  # of a second factor for one acceptance: to click once more, and no longer
QUANTITY_DECIMALS_MAX: Final = 6  # grams of a tonne
REQUEST_SELLERS_MAX: Final = 8  # asked at once: more columns nobody compares, and each is somebody's work
REQUEST_LINES_MAX: Final = 30  # of what is asked for: two screens
REQUEST_TEXT_CHARS_MAX: Final = 8_000  # as long as a message
REQUEST_ANSWERS_MAX_S: Final = 366 * 86_400  # how far away the last day for answers may be: a budget year
REQUESTS_OPEN_MAX: Final = 20  # of one organisation: each writes to up to eight others
AMOUNT_MINOR_MAX: Final = 2**53 - 1  # the largest integer that every JSON reader keeps exact

# --- orders and money
FRAME_MONTHS_MAX: Final = 120  # ten years: nobody keeps a price for longer
FRAME_TIERS_MAX: Final = 20  # of one line: what is read at a glance
FRAME_LOW_SHARE: Final = 10  # both sides are told when less than one part in so many of a line is left
PAYMENT_DUE_S: Final = 72 * 3600
PAYMENT_REMINDERS_S: Final = (24 * 3600, 4 * 3600)  # before it is due: a working day, and a last call
CARRIER_EVENT_AGE_S: Final = 300  # of a carrier's signature, either way: clocks differ, mailbags do not
CARRIER_EVENT_BYTES_MAX: Final = 64 * 1024  # of a carrier's message: a few lines, maybe a signature's picture
CARRIER_EVENT_ID_CHARS_MAX: Final = 255  # as the column that keeps it
CARRIER_SEQUENCE_MAX: Final = 2**31 - 1  # as the column that keeps it, on PostgreSQL
CARRIER_TIMEOUT_S: Final = 10  # of a call to a carrier, for each read: a booking takes a second or two
CARRIER_ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024  # of a carrier's answer: a label of a few pages in base64
CARRIER_REASON_CHARS_MAX: Final = 300  # why a carrier refuses a parcel: a sentence or two
COURIER_LINK_S: Final = 60 * 24 * 3600  # of a carrier booked by mail: the slowest parcel is there by then
PICK_UP_CODES_MAX: Final = 10  # wrong ones of a parcel: a guess then is right one time in a hundred thousand
BOOKING_ATTEMPTS_MAX: Final = 8  # of a booking, ever farther apart: then a person decides
CARRIER_PICTURE_URL_CHARS_MAX: Final = 2_000  # of a picture's address: what browsers take at least
RECEIVED_BY_CHARS_MAX: Final = 100  # who took a parcel: a name
PICTURE_FETCH_S: Final = 20  # of a carrier's picture, redirects included: 10 MiB on a slow line
PICTURE_REDIRECTS_MAX: Final = 3  # of a carrier's picture: to its store of files, once or twice
PROOFS_PER_PARCEL_MAX: Final = 4  # pictures of one delivery: the parcel, the door, what was broken
PLACED_TOGETHER_MAX: Final = 20  # orders at once: a summary that one still reads; each is some milliseconds
FIRST_REMINDER_S: Final = 24 * 3600  # after the agreement: who went to lunch comes back by themselves
REMINDER_PAUSE_S: Final = 3 * 3600  # between two of one order, however late they come
STOP_LINK_S: Final = 30 * 86_400  # how long a way out of reminders is good: ten times as long as they come
RECEIPT_SILENCE_S: Final = 14 * 86_400  # silence is receipt, where nothing else was agreed
SILENCE_DAYS_MAX: Final = 90  # that may be agreed: a quarter; the seller's money waits as long
SILENCE_REMINDER_S: Final = 3 * 86_400  # before silence is receipt: over a weekend
PLATFORM_FEE_BP: Final = 200  # 2 %, in basis points
CAPTURE_AT_ONCE_DAYS: Final = 5  # a card authorisation lasts about 7 days
CONFIRM_LINK_S: Final = 7 * 86_400  # how long a buyer's signed link is good
CONFIRMATION_PAUSE_S: Final = 60  # between two mails with the same confirmation: a mail takes that long
CONFIRMATIONS_PER_DAY_MAX: Final = 5  # that are sent again for one order; more is not a lost mail
MAIL_ORDER_S: Final = 7 * 86_400  # how long an order by mail waits to be confirmed, and its link is good
MAIL_ORDERS_PER_DAY_MAX: Final = 10  # of one address that are answered: more would be a way to annoy somebody
DOWNLOAD_GRANT_S: Final = 30 * 86_400  # how long a bought file can be fetched: a month's bookkeeping
DOWNLOAD_LINK_S: Final = 7 * 86_400  # how long a mailed link to it is good; after that one signs in
DOWNLOADS_MAX: Final = 5  # of one file: two machines, a colleague, and two that went wrong
DOWNLOAD_AGAIN_S: Final = (
    60  # who asks again within it, by a second click or after a broken line, counts once
)
DOWNLOAD_FETCH_S: Final = (
    4 * 3600  # how long the address of the bytes is good: 512 MiB at 50 kB/s take three, resumed or not
)
DOWNLOAD_SIGNED_S: Final = 600  # how long an object store's own address is good; it is asked at once
DOWNLOAD_STALL_S: Final = (
    60  # until a transfer whose client takes nothing is ended: longer than a change of networks takes
)
DOWNLOAD_LOOK_S: Final = 2  # between two looks whether what is being transferred was taken back: one query
DOWNLOAD_PIECE_BYTES: Final = (
    64 * 1024  # of one transfer that are read at once; twice as many wait in memory, and 200 do in 30 MB
)
STAMP_BYTES_MAX: Final = 50 * 1024 * 1024  # of a PDF whose copies are stamped: 2,000 pages with pictures
STAMP_PAGES_MAX: Final = 2_000  # of it; they take 4 s
STAMP_WITHIN_S: Final = 20  # for one copy: whoever asks for it first waits so long
STAMP_MEMORY_BYTES: Final = 1024 * 1024 * 1024  # of the process that does it: the PDF twice, and its objects
STAMPED_AT_ONCE: Final = 1  # copies in one server process, each in a process of its own
PAYOUT_MINOR_MIN: Final = 1_000  # 10.00 EUR: below it a bank's fee eats the transfer
PAYOUT_MINOR_MAX: Final = 99_999_999_999  # 999,999,999.99 EUR: the most that one SEPA transfer carries
PAYOUTS_PER_FILE_MAX: Final = 500  # about 400 kB, and below the 20 ms that nobody may hold SQLite's gate
PAYOUT_FILE_INTERVAL_S: Final = 3600  # banks take files a few times a working day

# --- files and mail
FILE_BYTES_MAX: Final = 10 * 1024 * 1024
MAIL_BYTES_MAX: Final = FILE_BYTES_MAX  # of a mail as it arrives, since it is kept whole: 7 MB of attachments
MAIL_HEADER_BYTES_MAX: Final = 65_536  # above its text: several times what the longest way leaves
MAIL_LINES_MAX: Final = 400_000  # attachments of that size in base64 have 140,000; the parser looks at each
MAIL_PARTS_MAX: Final = 100  # MIME parts, nested ones included: an album of pictures has 20
MAIL_ATTACHMENTS_MAX: Final = 20  # that are handed on; the others stay in the original
MAIL_TEXT_CHARS_MAX: Final = 200_000  # that are handed on: forty printed pages, quotes included
MAIL_HOPS_MAX: Final = 50  # servers that a mail came through; more is a circle , and no list has so many
MAIL_RECIPIENTS_MAX: Final = 20  # of ours in one mail; a mail to a team has a handful
MAIL_REFERENCES_MAX: Final = 20  # ids that a reply names: the first, and the newest of a long thread
MAIL_IN_AT_ONCE: Final = 4  # mails that are being received: each may be 10 MiB in memory, twice
MAIL_IN_CONNECTIONS_MAX: Final = 50  # of mail servers; behind our own there are a few
MAIL_IN_SILENCE_S: Final = 120  # until a connection is given up (RFC 5321 says minutes)
MAIL_TRY_FOR_S: Final = 8 * 3600  # how long a mail is tried, within the tries of its job; then staff see it
MAIL_REPLY_S: Final = 90 * 86_400  # how long a reply address is good: people answer old mails
PICTURE_PIXELS_MAX: Final = 40_000_000  # a 40-megapixel camera; above it a decompression bomb is likelier
PICTURES_PER_LISTING_MAX: Final = 12
OFFICE_BYTES_MAX: Final = 256 * 1024 * 1024  # of an office file, unpacked: 25 times the largest packed one
OFFICE_PARTS_MAX: Final = 4_000  # in an office file: a long presentation has some hundred
EXAMINE_WITHIN_S: Final = 4  # for an upload to be read and drawn anew; people are answered within five
EXAMINE_WAIT_S: Final = 2  # of these until it is an upload's turn; then it is refused for the moment
EXAMINED_AT_ONCE: Final = 2  # uploads in one server process, each in a process of its own
EXAMINE_MEMORY_BYTES: Final = 768 * 1024 * 1024  # of that process: 40 megapixels take 400 MB
FILES_PER_MESSAGE_MAX: Final = 10  # what a reader still oversees
STAGED_BYTES_MAX: Final = 10 * FILE_BYTES_MAX  # of one person, not yet sent: one message of the largest
UPLOADS_PER_MIN: Final = 30  # of one person: a folder of photographs, by and by
UPLOADS_BURST: Final = 40  # four messages full of files at once
UPLOADS_KEPT_S: Final = 86_400  # until what was never sent is removed: one comes back the next morning
LISTING_FILE_BYTES_MAX: Final = (
    512
    * 1024
    * 1024  # a season of measurements, half an hour's upload; it lies three times on the disk meanwhile
)
BODY_BYTES_MAX: Final = (
    2 * LISTING_FILE_BYTES_MAX + 1024 * 1024
)  # of a request: a file somewhat too large is refused by the page beside its field, and no line is cut
FILES_PER_LISTING_MAX: Final = 20  # what a buyer still oversees; more belong into one ZIP

LICENCE_KEYS_MAX: Final = 10_000  # of a listing: each is looked at when more are added, in 50 ms
LICENCE_KEYS_AT_ONCE_MAX: Final = 1_000  # in one transaction: below the 20 ms that nobody may hold the gate
LICENCE_KEY_CHARS_MIN: Final = 4  # shorter ones are no secret
LICENCE_KEY_CHARS_MAX: Final = 200  # a long one has 60; a signed one fits

# --- the catalogue
PLACES_MAX: Final = 50  # open ones of a seller: a chain of shops; more want an interface of their own
STOCK_MAX: Final = 1_000_000_000  # pieces; what is more is sold by weight, and twice as much still fits
SEARCH_CHARS_MAX: Final = 200  # of a search box: a long sentence
SEARCH_WORDS_MAX: Final = 8  # more words do not make a search better, only slower
WORD_CHARS_MAX: Final = (
    64  # of a word that is told apart; longer are keys and addresses, known by their beginning
)
SITEMAP_ADDRESSES: Final = 5_000  # in one file: 1 MB; the sitemap protocol allows 50,000

# --- the search in rooms
ROOM_SEARCH_WORDS_MAX: Final = 16  # of a search box: a sentence in quotes
BEGINNING_CHARS_MIN: Final = 2  # of a last word that may go on: what a letter begins is nearly everything
ROOM_SEARCH_ROOMS_MAX: Final = 500  # of a search across rooms, the newest; on SQLite each costs 0.1 ms
ROOM_SEARCH_PAGE: Final = 20  # hits on a page: what one looks through
SNIPPET_CHARS: Final = 180  # of what is shown of a hit: two lines
INDEXED_WORDS_MAX: Final = 16_000  # of one entry; PostgreSQL tells the places of 16,383
INDEX_SLICE_EVENTS: Final = 200  # in one transaction: some 10 ms, below the 20 that nobody may hold the gate
INDEX_SLICE_CHARS: Final = 40_000  # the same for long ones; a single one may be longer
INDEX_SEARCH_EVENTS: Final = 2_000  # that a search reads in before it answers: a tenth of a second
INDEX_JOB_EVENTS: Final = (
    10_000  # that the job reads in at once: half a second, of which others get every other turn
)
INDEX_INTERVAL_S: Final = 30  # a search reads in by itself what it lacks, so the job only keeps that short

# --- news and campaigns
SUBJECT_CHARS_MAX: Final = 150  # of a campaign's mail; mail programs show some 70
NEWS_CHARS_MAX: Final = 20_000  # of a campaign's text: seven printed pages
NEWS_LINK_S: Final = 7 * 86_400  # how long a subscription can be confirmed: a holiday
LEAVE_LINK_S: Final = 5 * 365 * 86_400  # how long a mail's way out is good: people keep mails for years
CLICK_LINK_S: Final = 365 * 86_400  # how long a campaign's link leads on; after that its offer is stale
ASK_AGAIN_S: Final = 600  # until the same address is sent another link: mails take minutes
ASKS_PER_DAY_MAX: Final = 3  # links to one address; more would be a way to annoy somebody
ASKS_PER_CLIENT_H: Final = 30  # forms from one network address in an hour; offices share one
MAILS_PER_SLICE: Final = 5  # in one transaction, 2 to 4 ms each: nobody may hold the gate of SQLite for 20 ms
SETTLED_PER_SLICE: Final = 200  # mails whose fate is noted in one transaction: some 5 ms
SETTLE_FIRST_S: Final = 2  # until it is looked what became of the last mails; then twice as long, and so on
SETTLE_MAX_S: Final = 600  # a mail is tried for hours: nobody waits for the last one
SCHEDULE_MAX_S: Final = 90 * 86_400  # how far ahead a campaign is scheduled: a quarter
VISIT_S: Final = 1800  # clicks of one browser on one campaign within it are one visit, as is usual
ATTRIBUTION_S: Final = 14 * 86_400  # how long a visit explains a room: as long as a session lives

# --- guests, who came by a link and have no account
GUEST_LINK_DAYS: Final = 14  # how long a link is good where nobody says otherwise: two weeks, as a session
GUEST_LINK_DAYS_MAX: Final = 90  # a quarter: no offer stands longer
GUEST_LINKS_MAX: Final = 200  # of one organisation that are good and that nobody has opened yet
GUEST_ROOMS_MAX: Final = 1  # that a guest, and so a link, opens: for more there are accounts
GUESTS_PER_CLIENT_H: Final = 10  # who come from one network address in an hour; offices share one
GUEST_MESSAGES_PER_MIN: Final = 12  # that a guest writes, changes, removes or reacts to: a fast talker's
GUEST_MESSAGES_BURST: Final = 12  # at once: a minute's worth
GUEST_MESSAGE_CHARS_MAX: Final = 2_000  # of one message: most of a printed page
GUEST_OFFERS_PER_H: Final = 12  # of a guest: one in five minutes
GUEST_OFFERS_BURST: Final = 6  # at once: a round of haggling
GUEST_CODE_S: Final = 600  # how long a mailed code is good: mails take minutes
GUEST_CODE_TRIES_MAX: Final = 5  # of one code, which has a million values
GUEST_CODE_AGAIN_S: Final = 60  # until another code is mailed for the same link: a mail takes that long
GUEST_CODES_MAX: Final = 20  # that are mailed for one link, ever: 100 tries in all

# --- structured documents
XML_BYTES_MAX: Final = 5 * 2**20  # of a document that is read: an invoice has 20 kB, a scan in it some MB
XML_ELEMENTS_MAX: Final = 200_000  # of one: about 4,000 lines, which no negotiated deal has

# --- background work
JOB_ATTEMPTS_MAX: Final = 20  # with the back-off below: about nine hours
JOB_BACKOFF_S: Final = 2
JOB_BACKOFF_MAX_S: Final = 3600
JOB_LEASE_S: Final = 60  # a worker that died gives its job back after this
JOBS_KEPT_S: Final = 7 * 86_400  # done jobs are evidence for a week
IDEMPOTENCY_KEPT_S: Final = 86_400

# --- services

APPOINTMENT_TIMES_MAX: Final = 3  # in one proposal: a choice that is made at a glance
APPOINTMENT_MIN_MINUTES: Final = 5
APPOINTMENT_MAX_MINUTES: Final = 7 * 24 * 60  # a week on site; what takes longer has milestones
APPOINTMENT_USUAL_MINUTES: Final = 60  # where nobody says how long it takes
APPOINTMENT_AHEAD_S: Final = 2 * 365 * 86_400  # a later one is a typing error
APPOINTMENT_REMINDER_S: Final = 86_400  # before it begins
APPOINTMENTS_AT_ONCE_MAX: Final = 1_000  # of one listing; more is not counted by anybody
APPOINTMENT_PLACE_CHARS_MAX: Final = 200  # an address in one line, or a link
APPOINTMENT_WHO_CHARS_MAX: Final = 100
PROOFS_PER_MILESTONE_MAX: Final = 12  # pictures and papers that show one piece of work
