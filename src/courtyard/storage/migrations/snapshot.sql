-- b5b7a0dbf0cdafc7d18ccfb1cf8af6386ca1a0ee6f357667c90a53d45e760a10;

CREATE TABLE account_data (
	user_id TEXT NOT NULL,
	room_no INTEGER NOT NULL,
	type TEXT NOT NULL,
	content BLOB NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (user_id, room_no, type)
)
 WITHOUT ROWID;

CREATE TABLE accounts (
	user_id TEXT NOT NULL,
	password_hash TEXT,
	created_at BIGINT NOT NULL,
	is_admin INTEGER NOT NULL,
	user_type TEXT,
	deactivated_at BIGINT,
	is_erased INTEGER NOT NULL,
	locked_until BIGINT NOT NULL,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE blob_deletions (
	"key" TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	PRIMARY KEY ("key")
)
 WITHOUT ROWID;

CREATE TABLE claimed_keys (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	algorithm TEXT NOT NULL,
	key_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	digest BLOB NOT NULL,
	PRIMARY KEY (user_id, device_id, algorithm, key_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_appeals (
	id TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	is_open INTEGER NOT NULL,
	due_at BIGINT NOT NULL,
	assignee TEXT,
	body TEXT NOT NULL,
	leaf BIGINT NOT NULL,
	ruling_leaf BIGINT, is_inadmissible INTEGER,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_cases (
	id TEXT NOT NULL,
	item_type TEXT NOT NULL,
	item_id TEXT NOT NULL,
	item_version TEXT NOT NULL,
	subject TEXT,
	opened_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	assignee TEXT, closed_at BIGINT,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_complaints (
	id TEXT NOT NULL,
	report_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	is_open INTEGER NOT NULL,
	due_at BIGINT NOT NULL,
	assignee TEXT,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_conflicts (
	staff_id TEXT NOT NULL,
	about TEXT NOT NULL,
	declared_at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (staff_id, about, declared_at)
)
 WITHOUT ROWID;

CREATE TABLE conduct_decisions (
	id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	subject TEXT NOT NULL,
	issued_at BIGINT NOT NULL,
	is_heavy INTEGER NOT NULL,
	body TEXT NOT NULL,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_deliveries (
	id TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	what TEXT NOT NULL,
	ended_at BIGINT NOT NULL,
	receipt TEXT,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_erasures (
	id TEXT NOT NULL,
	erased_at BIGINT NOT NULL,
	leaf BIGINT,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_evidence (
	id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	report_id TEXT,
	kind TEXT NOT NULL,
	checked TEXT,
	sha256 TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	content_type TEXT NOT NULL,
	captured_at BIGINT NOT NULL,
	captured_by TEXT NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_evidence_views (
	evidence_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	staff_id TEXT NOT NULL,
	viewed_at BIGINT NOT NULL,
	purpose TEXT NOT NULL,
	PRIMARY KEY (evidence_id, number)
)
 WITHOUT ROWID;

CREATE TABLE conduct_legal (
	id TEXT NOT NULL,
	received_at BIGINT NOT NULL,
	concerns TEXT,
	gag_until BIGINT,
	body TEXT NOT NULL,
	salts TEXT NOT NULL,
	opening TEXT,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_legal_steps (
	request_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	kind TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	opening TEXT,
	leaf BIGINT,
	PRIMARY KEY (request_id, number)
)
 WITHOUT ROWID;

CREATE TABLE conduct_lifts (
	decision_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	body TEXT NOT NULL,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (decision_id, number)
)
 WITHOUT ROWID;

CREATE TABLE conduct_mail (
	user_id TEXT NOT NULL,
	address TEXT,
	confirmed_at BIGINT,
	wanted TEXT,
	code_hash BLOB,
	asked_at BIGINT,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_notices (
	user_id TEXT NOT NULL,
	room_id TEXT NOT NULL,
	sender TEXT NOT NULL,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_outbox (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	next_at BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_proposals (
	id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	state TEXT NOT NULL,
	approver TEXT,
	burst_id TEXT,
	body TEXT NOT NULL,
	statement TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_recusals (
	case_id TEXT NOT NULL,
	staff_id TEXT NOT NULL,
	recused_at BIGINT NOT NULL,
	PRIMARY KEY (case_id, staff_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_reports (
	id TEXT NOT NULL,
	case_id TEXT,
	reporter TEXT,
	kind TEXT NOT NULL,
	received_at BIGINT NOT NULL,
	outcome TEXT,
	body TEXT NOT NULL, fate TEXT, key_hash BLOB, decided_at BIGINT, informed_at BIGINT, is_manifest INTEGER,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_rulesets (
	version BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	body TEXT NOT NULL,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (version)
);

CREATE TABLE conduct_staff (
	user_id TEXT NOT NULL,
	granted_at BIGINT NOT NULL,
	revoked_at BIGINT,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_statements (
	decision_id TEXT NOT NULL,
	key_hash BLOB NOT NULL,
	body TEXT,
	salts TEXT,
	delivered_at BIGINT NOT NULL,
	room_id TEXT NOT NULL,
	event_id TEXT NOT NULL,
	PRIMARY KEY (decision_id)
)
 WITHOUT ROWID;

CREATE TABLE conduct_votes (
	decision_id TEXT NOT NULL,
	staff_id TEXT NOT NULL,
	is_for INTEGER NOT NULL,
	voted_at BIGINT NOT NULL,
	PRIMARY KEY (decision_id, staff_id)
)
 WITHOUT ROWID;

CREATE TABLE cross_signing_keys (
	user_id TEXT NOT NULL,
	usage TEXT NOT NULL,
	public_key TEXT NOT NULL,
	key_json BLOB NOT NULL,
	PRIMARY KEY (user_id, usage)
)
 WITHOUT ROWID;

CREATE TABLE current_state (
	room_no INTEGER NOT NULL,
	type TEXT NOT NULL,
	state_key TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (room_no, type, state_key)
)
 WITHOUT ROWID;

CREATE TABLE device_inbox (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	ordinal BIGINT NOT NULL,
	event BLOB NOT NULL,
	PRIMARY KEY (user_id, device_id, position)
);

CREATE TABLE device_keys (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	key_json BLOB NOT NULL,
	PRIMARY KEY (user_id, device_id)
);

CREATE TABLE device_list_changes (
	user_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE devices (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	display_name TEXT,
	created_at BIGINT NOT NULL,
	last_seen_ts BIGINT,
	last_seen_ip TEXT,
	last_seen_user_agent TEXT,
	PRIMARY KEY (user_id, device_id),
	FOREIGN KEY(user_id) REFERENCES accounts (user_id)
)
 WITHOUT ROWID;

CREATE TABLE events (
	position INTEGER NOT NULL,
	room_no INTEGER NOT NULL,
	event_id TEXT NOT NULL,
	type TEXT NOT NULL,
	state_key TEXT,
	sender TEXT NOT NULL,
	origin_server_ts BIGINT NOT NULL,
	depth BIGINT NOT NULL,
	json BLOB NOT NULL,
	pdu BLOB NOT NULL,
	txn TEXT,
	replaces BIGINT,
	redacted_by TEXT,
	thread TEXT,
	notify INTEGER NOT NULL,
	ordinal BIGINT NOT NULL,
	PRIMARY KEY (position),
	UNIQUE (event_id)
);

CREATE TABLE export_deletions (
	"key" TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	PRIMARY KEY ("key")
)
 WITHOUT ROWID;

CREATE TABLE export_parts (
	export_id TEXT NOT NULL,
	n INTEGER NOT NULL,
	"key" TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	is_downloaded INTEGER NOT NULL,
	PRIMARY KEY (export_id, n),
	FOREIGN KEY(export_id) REFERENCES exports (export_id)
)
 WITHOUT ROWID;

CREATE TABLE exports (
	export_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	device_id TEXT,
	requested_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	retry_at BIGINT NOT NULL,
	position BIGINT,
	snapshot_at BIGINT,
	ready_at BIGINT,
	expires_at BIGINT,
	PRIMARY KEY (export_id)
)
 WITHOUT ROWID;

CREATE TABLE fallback_keys (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	algorithm TEXT NOT NULL,
	key_id TEXT NOT NULL,
	key_json BLOB NOT NULL,
	is_used INTEGER NOT NULL,
	PRIMARY KEY (user_id, device_id, algorithm)
)
 WITHOUT ROWID;

CREATE TABLE key_backup_sessions (
	user_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	room_id TEXT NOT NULL,
	session_id TEXT NOT NULL,
	first_message_index BIGINT NOT NULL,
	forwarded_count BIGINT NOT NULL,
	is_verified INTEGER NOT NULL,
	key_json BLOB NOT NULL,
	PRIMARY KEY (user_id, version, room_id, session_id)
);

CREATE TABLE key_backups (
	user_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	algorithm TEXT NOT NULL,
	auth_data BLOB NOT NULL,
	etag BIGINT NOT NULL,
	key_count BIGINT NOT NULL,
	is_deleted INTEGER NOT NULL,
	PRIMARY KEY (user_id, version)
)
 WITHOUT ROWID;

CREATE TABLE key_signatures (
	user_id TEXT NOT NULL,
	target_id TEXT NOT NULL,
	signer_id TEXT NOT NULL,
	signer_key_id TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (user_id, target_id, signer_id, signer_key_id)
)
 WITHOUT ROWID;

CREATE TABLE log_heads (
	size BIGINT NOT NULL,
	root BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (size)
)
 WITHOUT ROWID;

CREATE TABLE log_keys (
	role TEXT NOT NULL,
	vkey TEXT NOT NULL,
	PRIMARY KEY (role)
)
 WITHOUT ROWID;

CREATE TABLE log_leaves (
	leaf_index BIGINT NOT NULL,
	line TEXT NOT NULL,
	PRIMARY KEY (leaf_index)
)
 WITHOUT ROWID;

CREATE TABLE media (
	media_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	sha256 TEXT,
	size_bytes BIGINT,
	content_type TEXT,
	filename TEXT,
	is_tied INTEGER NOT NULL,
	PRIMARY KEY (media_id)
)
 WITHOUT ROWID;

CREATE TABLE media_blobs (
	sha256 TEXT NOT NULL,
	"key" TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	PRIMARY KEY (sha256)
)
 WITHOUT ROWID;

CREATE TABLE media_links (
	owner TEXT NOT NULL,
	media_id TEXT NOT NULL,
	PRIMARY KEY (owner, media_id)
)
 WITHOUT ROWID;

CREATE TABLE media_thumbnails (
	sha256 TEXT NOT NULL,
	variant TEXT NOT NULL,
	"key" TEXT,
	content_type TEXT NOT NULL,
	size_bytes BIGINT NOT NULL,
	PRIMARY KEY (sha256, variant)
)
 WITHOUT ROWID;

CREATE TABLE memberships (
	user_id TEXT NOT NULL,
	room_no INTEGER NOT NULL,
	membership TEXT NOT NULL,
	position BIGINT NOT NULL,
	sender TEXT NOT NULL,
	display_name TEXT,
	forgotten INTEGER NOT NULL,
	stripped BLOB,
	PRIMARY KEY (user_id, room_no)
)
 WITHOUT ROWID;

CREATE TABLE one_time_keys (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	algorithm TEXT NOT NULL,
	key_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	key_json BLOB NOT NULL,
	PRIMARY KEY (user_id, device_id, algorithm, key_id)
)
 WITHOUT ROWID;

CREATE TABLE profiles (
	user_id TEXT NOT NULL,
	field TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (user_id, field),
	FOREIGN KEY(user_id) REFERENCES accounts (user_id)
)
 WITHOUT ROWID;

CREATE TABLE push_rule_changes (
	user_id TEXT NOT NULL,
	changes TEXT NOT NULL,
	everywhere INTEGER NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (user_id)
);

CREATE TABLE push_targets (
	target TEXT NOT NULL,
	user_id TEXT NOT NULL,
	PRIMARY KEY (target, user_id)
)
 WITHOUT ROWID;

CREATE TABLE pushers (
	user_id TEXT NOT NULL,
	app_id TEXT NOT NULL,
	pushkey TEXT NOT NULL,
	device_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	app_display_name TEXT NOT NULL,
	device_display_name TEXT NOT NULL,
	profile_tag TEXT,
	lang TEXT NOT NULL,
	data TEXT NOT NULL,
	set_at_ms BIGINT NOT NULL, delivered_upto BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (user_id, app_id, pushkey)
)
 WITHOUT ROWID;

CREATE TABLE read_marks (
	user_id TEXT NOT NULL,
	room_no INTEGER NOT NULL,
	thread TEXT NOT NULL,
	position BIGINT NOT NULL,
	ordinal BIGINT NOT NULL,
	PRIMARY KEY (user_id, room_no, thread)
)
 WITHOUT ROWID;

CREATE TABLE receipts (
	room_no INTEGER NOT NULL,
	user_id TEXT NOT NULL,
	type TEXT NOT NULL,
	thread TEXT NOT NULL,
	event_id TEXT NOT NULL,
	event_position BIGINT NOT NULL,
	ts BIGINT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (room_no, user_id, type, thread)
)
 WITHOUT ROWID;

CREATE TABLE registration_tokens (
	token TEXT NOT NULL,
	uses_allowed BIGINT,
	uses BIGINT NOT NULL,
	expires_at BIGINT,
	PRIMARY KEY (token)
)
 WITHOUT ROWID;

CREATE TABLE relations (
	parent_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	room_no INTEGER NOT NULL,
	rel_type TEXT NOT NULL,
	type TEXT NOT NULL,
	sender TEXT NOT NULL,
	"key" TEXT,
	event_id TEXT NOT NULL,
	PRIMARY KEY (parent_id, position)
)
 WITHOUT ROWID;

CREATE TABLE restrictions (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	capability TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	stayed_from BIGINT,
	rule TEXT NOT NULL,
	statement TEXT NOT NULL,
	appeal TEXT NOT NULL,
	appeal_until BIGINT NOT NULL,
	proof TEXT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE room_aliases (
	alias TEXT NOT NULL,
	room_no INTEGER NOT NULL,
	creator TEXT NOT NULL,
	PRIMARY KEY (alias)
)
 WITHOUT ROWID;

CREATE TABLE room_state (
	room_no INTEGER NOT NULL,
	type TEXT NOT NULL,
	state_key TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (room_no, type, state_key, position)
)
 WITHOUT ROWID;

CREATE TABLE rooms (
	room_no INTEGER NOT NULL,
	room_id TEXT NOT NULL,
	version TEXT NOT NULL,
	creator TEXT NOT NULL,
	position BIGINT NOT NULL,
	published INTEGER NOT NULL,
	is_direct INTEGER NOT NULL,
	PRIMARY KEY (room_no),
	UNIQUE (room_id)
);

CREATE TABLE server (
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY ("key")
)
 WITHOUT ROWID;

CREATE TABLE short_tokens (
	token_hash BLOB NOT NULL,
	kind TEXT NOT NULL,
	user_id TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (token_hash)
);

CREATE TABLE signature_changes (
	signer_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (signer_id, user_id)
)
 WITHOUT ROWID;

CREATE TABLE sync_filters (
	user_id TEXT NOT NULL,
	filter_id INTEGER NOT NULL,
	json BLOB NOT NULL,
	PRIMARY KEY (user_id, filter_id)
)
 WITHOUT ROWID;

CREATE TABLE to_device_transactions (
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	event_type TEXT NOT NULL,
	txn_id TEXT NOT NULL,
	sent_at_ms BIGINT NOT NULL,
	PRIMARY KEY (user_id, device_id, event_type, txn_id)
)
 WITHOUT ROWID;

CREATE TABLE tokens (
	access_hash BLOB NOT NULL,
	refresh_hash BLOB,
	previous_hash BLOB,
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	issued_at BIGINT NOT NULL,
	expires_at BIGINT,
	PRIMARY KEY (access_hash),
	FOREIGN KEY(user_id, device_id) REFERENCES devices (user_id, device_id)
);

CREATE TABLE txns (
	"key" BLOB NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY ("key")
)
 WITHOUT ROWID;

CREATE TABLE unread_exceptions (
	user_id TEXT NOT NULL,
	room_no INTEGER NOT NULL,
	position BIGINT NOT NULL,
	thread TEXT NOT NULL,
	notify INTEGER NOT NULL,
	highlight INTEGER NOT NULL,
	PRIMARY KEY (user_id, room_no, position)
)
 WITHOUT ROWID;

CREATE TABLE "wallet_accounts" (
  no INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  currency TEXT NOT NULL REFERENCES wallet_currencies (code),
  posted BIGINT NOT NULL,
  held BIGINT NOT NULL,
  floor BIGINT,
  seq BIGINT NOT NULL,
  last BIGINT NOT NULL,
  closed INTEGER NOT NULL,
  CHECK (id = owner_kind || '/' || owner || '/' || currency),
  CHECK (owner_kind IN ('user', 'merchant', 'system', 'escrow')),
  CHECK (typeof(posted) = 'integer' AND typeof(held) = 'integer'),
  CHECK ((floor IS NULL) = (owner_kind = 'system')),
  CHECK (held >= 0),
  CHECK (floor IS NULL OR posted - held >= floor),
  CHECK (posted BETWEEN -4000000000000000000 AND 4000000000000000000),
  CHECK (closed = 0 OR (closed = 1 AND posted = 0 AND held = 0)));

CREATE TRIGGER wallet_accounts_before BEFORE INSERT ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account starts empty and open')
  WHERE NEW.posted <> 0 OR NEW.held <> 0 OR NEW.seq <> 0 OR NEW.last <> 0 OR NEW.closed <> 0;
END;

CREATE TRIGGER wallet_accounts_held BEFORE UPDATE OF held ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a hold keeps money back')
  WHERE NEW.held <> (
    SELECT COALESCE(SUM(amount), 0) FROM wallet_holds WHERE account = NEW.id AND state = 'open');
END;

CREATE TRIGGER wallet_accounts_identity
BEFORE UPDATE OF no, id, owner_kind, owner, currency, floor ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: an account stays what it is');
END;

CREATE TRIGGER wallet_accounts_no_delete BEFORE DELETE ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_accounts is refused');
END;

CREATE TRIGGER wallet_accounts_posted BEFORE UPDATE OF posted, seq, last ON wallet_accounts
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer moves a balance')
  WHERE NEW.seq <> OLD.seq + 1 OR NEW.last <= OLD.last OR NOT EXISTS (
    SELECT 1 FROM wallet_transfers t
    WHERE t.no = NEW.last
      AND ((t.src = NEW.no AND NEW.posted = OLD.posted - t.amount)
        OR (t.dst = NEW.no AND NEW.posted = OLD.posted + t.amount)));
END;

CREATE TABLE wallet_answers (
	user_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	fingerprint BLOB NOT NULL,
	refusal TEXT,
	body TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (user_id, "key")
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_answers_no_update BEFORE UPDATE ON wallet_answers
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_answers is refused');
END;

CREATE TABLE wallet_apps (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	name TEXT NOT NULL,
	public_key BLOB NOT NULL,
	verified_at BIGINT,
	ended_at BIGINT,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	CHECK (length(public_key) = 32),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id)
);

CREATE TRIGGER wallet_apps_kept BEFORE UPDATE OF id, merchant, name, made_at ON wallet_apps
BEGIN
  SELECT RAISE(ABORT, 'wallet: an app stays its merchant''s, under its name');
END;

CREATE TRIGGER wallet_apps_no_delete BEFORE DELETE ON wallet_apps
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_apps is refused');
END;

CREATE TABLE wallet_bank_batches (
	id TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	count INTEGER NOT NULL,
	total BIGINT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (id),
	CHECK (count > 0 AND total > 0)
);

CREATE TRIGGER wallet_bank_batches_no_delete BEFORE DELETE ON wallet_bank_batches
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_bank_batches is refused');
END;

CREATE TRIGGER wallet_bank_batches_no_update BEFORE UPDATE ON wallet_bank_batches
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_bank_batches is refused');
END;

CREATE TABLE wallet_bank_files (
	sha256 TEXT NOT NULL,
	kind TEXT NOT NULL,
	imported_at BIGINT NOT NULL,
	summary TEXT NOT NULL,
	PRIMARY KEY (sha256)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_bank_files_no_delete BEFORE DELETE ON wallet_bank_files
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_bank_files is refused');
END;

CREATE TRIGGER wallet_bank_files_no_update BEFORE UPDATE ON wallet_bank_files
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_bank_files is refused');
END;

CREATE TABLE wallet_bank_statements (
	id TEXT NOT NULL,
	day TEXT NOT NULL,
	currency TEXT NOT NULL,
	opening BIGINT NOT NULL,
	closing BIGINT NOT NULL,
	entries BIGINT NOT NULL,
	imported_at BIGINT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_bank_statements_no_delete BEFORE DELETE ON wallet_bank_statements
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_bank_statements is refused');
END;

CREATE TRIGGER wallet_bank_statements_no_update BEFORE UPDATE ON wallet_bank_statements
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_bank_statements is refused');
END;

CREATE TABLE wallet_blocks (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	words TEXT NOT NULL,
	begun_by TEXT NOT NULL,
	begun_at BIGINT NOT NULL,
	review_at BIGINT,
	ended_at BIGINT,
	ended_by TEXT,
	told_at BIGINT,
	PRIMARY KEY (id),
	CHECK (reason IN ('security', 'suspected_fraud', 'court_order', 'owner_request')),
	CHECK ((reason = 'owner_request') = (review_at IS NULL)),
	CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
	CHECK ((reason = 'owner_request') = (begun_by = user_id))
);

CREATE TRIGGER wallet_blocks_final BEFORE UPDATE ON wallet_blocks
BEGIN
  SELECT RAISE(ABORT, 'wallet: a block ends once and stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.reason <> OLD.reason
    OR NEW.words <> OLD.words OR NEW.begun_by <> OLD.begun_by OR NEW.begun_at <> OLD.begun_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at
      OR NEW.ended_by IS NOT OLD.ended_by OR NEW.review_at IS NOT OLD.review_at));
END;

CREATE TRIGGER wallet_blocks_no_delete BEFORE DELETE ON wallet_blocks
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_blocks is refused');
END;

CREATE TABLE wallet_cashiers (
	merchant TEXT NOT NULL,
	user_id TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	PRIMARY KEY (merchant, user_id),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id)
)
 WITHOUT ROWID;

CREATE TABLE wallet_charges (
	order_id TEXT NOT NULL,
	consent TEXT NOT NULL,
	span BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (order_id),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	CHECK (span >= 0),
	FOREIGN KEY(order_id) REFERENCES wallet_orders (id),
	FOREIGN KEY(consent) REFERENCES wallet_consents (id)
);

CREATE TRIGGER wallet_charges_after AFTER INSERT ON wallet_charges
BEGIN
  INSERT INTO wallet_consent_use (consent, span, used, most)
    SELECT NEW.consent, NEW.span, NEW.amount, amount FROM wallet_consents
    WHERE id = NEW.consent
    ON CONFLICT (consent, span) DO UPDATE SET used = used + NEW.amount;
END;

CREATE TRIGGER wallet_charges_before BEFORE INSERT ON wallet_charges
BEGIN
  SELECT RAISE(ABORT, 'wallet: a charge needs a consent that is granted, and is its order')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_consents c JOIN wallet_orders o ON o.id = NEW.order_id
    WHERE c.id = NEW.consent AND c.state = 'granted' AND o.merchant = c.merchant
      AND o.kind = 'consent' AND o.state = 'paid' AND o.payer = c.user_id
      AND o.currency = c.currency AND o.amount = NEW.amount
      AND NEW.amount <= COALESCE(c.per_charge, c.amount));
END;

CREATE TRIGGER wallet_charges_no_delete BEFORE DELETE ON wallet_charges
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_charges is refused');
END;

CREATE TRIGGER wallet_charges_no_update BEFORE UPDATE ON wallet_charges
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_charges is refused');
END;

CREATE TABLE wallet_consent_use (
	consent TEXT NOT NULL,
	span BIGINT NOT NULL,
	used BIGINT NOT NULL,
	most BIGINT NOT NULL,
	PRIMARY KEY (consent, span),
	CHECK (used BETWEEN 1 AND most),
	FOREIGN KEY(consent) REFERENCES wallet_consents (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_consent_use_UPDATE BEFORE UPDATE ON wallet_consent_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a charge uses up a consent')
  WHERE NEW.used <> (
    SELECT SUM(amount) FROM wallet_charges WHERE consent = NEW.consent AND span = NEW.span)
    OR NEW.most <> (SELECT amount FROM wallet_consents WHERE id = NEW.consent);
END;

CREATE TRIGGER wallet_consent_use_no_delete BEFORE DELETE ON wallet_consent_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_consent_use is refused');
END;

CREATE TABLE wallet_consents (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	number TEXT NOT NULL,
	link TEXT NOT NULL,
	asked_of TEXT,
	user_id TEXT,
	device_id TEXT,
	state TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	per_charge BIGINT,
	interval TEXT,
	description TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	ask_until BIGINT NOT NULL,
	until BIGINT,
	granted_at BIGINT,
	ended_at BIGINT,
	ended_by TEXT,
	version INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (merchant, number),
	UNIQUE (link),
	CHECK (state IN ('pending', 'granted', 'refused', 'revoked')),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	CHECK (per_charge IS NULL OR per_charge BETWEEN 1 AND amount),
	CHECK ((granted_at IS NULL) = (device_id IS NULL)),
	CHECK (granted_at IS NULL OR user_id IS NOT NULL),
	CHECK (state <> 'granted' OR granted_at IS NOT NULL),
	CHECK (asked_of IS NULL OR user_id IS NULL OR asked_of = user_id),
	CHECK ((ended_at IS NOT NULL) = (state IN ('refused', 'revoked'))),
	CHECK ((ended_by IS NOT NULL) = (ended_at IS NOT NULL)),
	CHECK (ended_by IN ('person', 'merchant', 'server')),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
);

CREATE TRIGGER wallet_consents_before BEFORE INSERT ON wallet_consents
BEGIN
  SELECT RAISE(ABORT, 'wallet: a consent starts pending')
  WHERE NEW.state <> 'pending' OR NEW.version <> 1;
END;

CREATE TRIGGER wallet_consents_final BEFORE UPDATE ON wallet_consents
BEGIN
  SELECT RAISE(ABORT, 'wallet: a consent stays what somebody said yes to, and ends once')
  WHERE NEW.id <> OLD.id OR NEW.merchant <> OLD.merchant OR NEW.number <> OLD.number
    OR NEW.link <> OLD.link OR NEW.asked_of IS NOT OLD.asked_of OR NEW.currency <> OLD.currency
    OR NEW.amount <> OLD.amount OR NEW.per_charge IS NOT OLD.per_charge
    OR NEW.interval IS NOT OLD.interval OR NEW.description <> OLD.description
    OR NEW.made_at <> OLD.made_at OR NEW.ask_until <> OLD.ask_until
    OR NEW.until IS NOT OLD.until OR NEW.version <> OLD.version + 1
    OR (OLD.user_id IS NOT NULL AND NEW.user_id IS NOT OLD.user_id)
    OR (OLD.granted_at IS NOT NULL AND NEW.granted_at IS NOT OLD.granted_at)
    OR NOT (OLD.state = 'pending' AND NEW.state IN ('granted', 'refused', 'revoked')
      OR OLD.state = 'granted' AND NEW.state = 'revoked');
END;

CREATE TRIGGER wallet_consents_no_delete BEFORE DELETE ON wallet_consents
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_consents is refused');
END;

CREATE TABLE wallet_cool_downs (
	user_id TEXT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (user_id)
)
 WITHOUT ROWID;

CREATE TABLE wallet_currencies (
	code TEXT NOT NULL,
	kind TEXT NOT NULL,
	scale INTEGER NOT NULL,
	name TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (code),
	CHECK (kind IN ('fiat', 'community', 'points', 'test')),
	CHECK (scale BETWEEN 0 AND 9)
);

CREATE TRIGGER wallet_currencies_identity BEFORE UPDATE ON wallet_currencies
BEGIN
  SELECT RAISE(ABORT, 'wallet: a currency stays what it is');
END;

CREATE TRIGGER wallet_currencies_no_delete BEFORE DELETE ON wallet_currencies
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_currencies is refused');
END;

CREATE TABLE wallet_delays (
	user_id TEXT NOT NULL,
	delay_ms BIGINT NOT NULL,
	next_ms BIGINT,
	next_at BIGINT,
	PRIMARY KEY (user_id),
	CHECK (delay_ms IN (0, 7200000, 86400000)),
	CHECK (next_ms IS NULL OR next_ms IN (0, 7200000, 86400000)),
	CHECK (next_ms IS NULL OR next_ms < delay_ms),
	CHECK ((next_ms IS NULL) = (next_at IS NULL))
)
 WITHOUT ROWID;

CREATE TABLE wallet_enrolments (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	challenge BLOB NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE "wallet_entries" (
  account INTEGER NOT NULL REFERENCES wallet_accounts (no),
  seq BIGINT NOT NULL,
  transfer INTEGER NOT NULL REFERENCES wallet_transfers (no),
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  PRIMARY KEY (account, seq)) WITHOUT ROWID;

CREATE TRIGGER wallet_entries_before BEFORE INSERT ON wallet_entries
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a transfer writes entries')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_accounts a JOIN wallet_transfers t ON t.no = a.last
    WHERE a.no = NEW.account AND a.last = NEW.transfer
      AND a.seq = NEW.seq AND a.posted = NEW.balance
      AND ((t.src = a.no AND NEW.amount = -t.amount) OR (t.dst = a.no AND NEW.amount = t.amount)));
END;

CREATE TRIGGER wallet_entries_no_delete BEFORE DELETE ON wallet_entries
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_entries is refused');
END;

CREATE TRIGGER wallet_entries_no_update BEFORE UPDATE ON wallet_entries
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_entries is refused');
END;

CREATE TABLE "wallet_holds" (
  id TEXT NOT NULL PRIMARY KEY,
  journal TEXT NOT NULL REFERENCES wallet_journals (id),
  account TEXT NOT NULL REFERENCES wallet_accounts (id),
  amount BIGINT NOT NULL,
  captured BIGINT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  CHECK (typeof(amount) = 'integer' AND amount > 0),
  CHECK (captured BETWEEN 0 AND amount),
  CHECK (state IN ('open', 'captured', 'voided', 'expired')));

CREATE TRIGGER wallet_holds_before BEFORE INSERT ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold starts open, on an open account')
  WHERE NEW.state <> 'open' OR NEW.captured <> 0 OR NOT EXISTS (
    SELECT 1 FROM wallet_accounts WHERE id = NEW.account AND closed = 0);
END;

CREATE TRIGGER wallet_holds_final BEFORE UPDATE ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a hold ends once and stays what it is')
  WHERE OLD.state <> 'open' OR NEW.state = 'open' OR NEW.id <> OLD.id OR NEW.account <> OLD.account
    OR NEW.amount <> OLD.amount OR NEW.journal <> OLD.journal OR NEW.expires_at <> OLD.expires_at
    OR (NEW.state <> 'captured' AND NEW.captured <> 0)
    OR (NEW.state = 'captured' AND NOT EXISTS (
      SELECT 1 FROM wallet_transfers WHERE hold = NEW.id AND amount = NEW.captured));
END;

CREATE TRIGGER wallet_holds_made AFTER INSERT ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held + NEW.amount WHERE id = NEW.account;
END;

CREATE TRIGGER wallet_holds_no_delete BEFORE DELETE ON wallet_holds
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_holds is refused');
END;

CREATE TRIGGER wallet_holds_released AFTER UPDATE ON wallet_holds
BEGIN
  UPDATE wallet_accounts SET held = held - OLD.amount WHERE id = OLD.account;
END;

CREATE TABLE wallet_invoices (
	slug TEXT NOT NULL,
	order_id TEXT NOT NULL,
	title TEXT NOT NULL,
	payload TEXT NOT NULL,
	prices TEXT NOT NULL,
	PRIMARY KEY (slug),
	UNIQUE (order_id),
	FOREIGN KEY(order_id) REFERENCES wallet_orders (id)
);

CREATE TRIGGER wallet_invoices_no_delete BEFORE DELETE ON wallet_invoices
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_invoices is refused');
END;

CREATE TRIGGER wallet_invoices_no_update BEFORE UPDATE ON wallet_invoices
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_invoices is refused');
END;

CREATE TABLE "wallet_journals" (
  no INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  made_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  ref TEXT NOT NULL);

CREATE TRIGGER wallet_journals_no_delete BEFORE DELETE ON wallet_journals
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_journals is refused');
END;

CREATE TRIGGER wallet_journals_no_update BEFORE UPDATE ON wallet_journals
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_journals is refused');
END;

CREATE TABLE wallet_launches (
	app TEXT NOT NULL,
	nonce TEXT NOT NULL,
	user_id TEXT NOT NULL,
	fingerprint BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (app, nonce),
	FOREIGN KEY(app) REFERENCES wallet_apps (id)
)
 WITHOUT ROWID;

CREATE TABLE wallet_limit_use (
	user_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	rule TEXT NOT NULL,
	day BIGINT NOT NULL,
	used BIGINT NOT NULL,
	max BIGINT NOT NULL,
	PRIMARY KEY (user_id, currency, rule, day),
	CHECK (used >= 0 AND used <= max),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_limit_use_grows BEFORE UPDATE ON wallet_limit_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: what was used of a limit is not given back')
  WHERE NEW.used < OLD.used;
END;

CREATE TRIGGER wallet_limit_use_no_delete BEFORE DELETE ON wallet_limit_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_limit_use is refused');
END;

CREATE TABLE wallet_merchant_keys (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	name TEXT NOT NULL,
	scope TEXT NOT NULL,
	hash BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	revoked_at BIGINT,
	PRIMARY KEY (id),
	UNIQUE (hash),
	CHECK (scope IN ('orders', 'till')),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_merchant_keys_kept BEFORE UPDATE ON wallet_merchant_keys
BEGIN
  SELECT RAISE(ABORT, 'wallet: what stands in wallet_merchant_keys stays as it is')
  WHERE NEW.id IS NOT OLD.id
    OR NEW.merchant IS NOT OLD.merchant
    OR NEW.name IS NOT OLD.name
    OR NEW.scope IS NOT OLD.scope
    OR NEW.hash IS NOT OLD.hash
    OR NEW.made_at IS NOT OLD.made_at
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at);
END;

CREATE TRIGGER wallet_merchant_keys_no_delete BEFORE DELETE ON wallet_merchant_keys
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_merchant_keys is refused');
END;

CREATE TABLE wallet_merchants (
	id TEXT NOT NULL,
	owner TEXT NOT NULL,
	name TEXT NOT NULL,
	mcc TEXT NOT NULL,
	city TEXT NOT NULL,
	country TEXT NOT NULL,
	verified_name TEXT,
	verified_at BIGINT,
	secret BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	closed_at BIGINT,
	PRIMARY KEY (id),
	CHECK ((verified_name IS NULL) = (verified_at IS NULL))
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_merchants_kept BEFORE UPDATE ON wallet_merchants
BEGIN
  SELECT RAISE(ABORT, 'wallet: what stands in wallet_merchants stays as it is')
  WHERE NEW.id IS NOT OLD.id
    OR NEW.owner IS NOT OLD.owner
    OR NEW.name IS NOT OLD.name
    OR NEW.mcc IS NOT OLD.mcc
    OR NEW.city IS NOT OLD.city
    OR NEW.country IS NOT OLD.country
    OR NEW.secret IS NOT OLD.secret
    OR NEW.made_at IS NOT OLD.made_at
    OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at);
END;

CREATE TRIGGER wallet_merchants_no_delete BEFORE DELETE ON wallet_merchants
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_merchants is refused');
END;

CREATE TABLE wallet_mints (
	id TEXT NOT NULL,
	currency TEXT NOT NULL,
	user_id TEXT NOT NULL,
	amount BIGINT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	approved_by TEXT,
	approved_at BIGINT,
	PRIMARY KEY (id),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	CHECK (approved_by <> proposed_by),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
);

CREATE TRIGGER wallet_mints_final BEFORE UPDATE ON wallet_mints
BEGIN
  SELECT RAISE(ABORT, 'wallet: new money is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.user_id <> OLD.user_id OR NEW.proposed_by <> OLD.proposed_by;
END;

CREATE TRIGGER wallet_mints_no_delete BEFORE DELETE ON wallet_mints
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_mints is refused');
END;

CREATE TABLE "wallet_offers" (
  id TEXT NOT NULL PRIMARY KEY,
  room_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  currency TEXT NOT NULL REFERENCES wallet_currencies (code),
  amount BIGINT NOT NULL,
  delay_ms BIGINT NOT NULL DEFAULT 0,
  arrives_at BIGINT,
  recalled_at BIGINT,
  escrow TEXT NOT NULL UNIQUE REFERENCES wallet_accounts (id),
  state TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  event_id TEXT NOT NULL,
  CHECK (state IN ('pending', 'arriving', 'accepted', 'declined', 'expired', 'returned')),
  CHECK (sender <> recipient),
  CHECK (delay_ms IN (0, 7200000, 86400000)),
  CHECK (arrives_at IS NULL OR (delay_ms > 0 AND arrives_at >= made_at + delay_ms)),
  CHECK (state NOT IN ('arriving', 'returned') OR arrives_at IS NOT NULL),
  CHECK (state <> 'accepted' OR delay_ms = 0 OR (arrives_at IS NOT NULL AND ended_at >= arrives_at)));

CREATE TRIGGER wallet_offers_final BEFORE UPDATE ON wallet_offers
BEGIN
  SELECT RAISE(ABORT, 'wallet: what ended in wallet_offers stays as it is')
  WHERE OLD.state NOT IN ('pending', 'arriving') OR NEW.id <> OLD.id OR NEW.amount <> OLD.amount
    OR NEW.sender <> OLD.sender OR NEW.recipient <> OLD.recipient OR NEW.escrow <> OLD.escrow
    OR NEW.delay_ms <> OLD.delay_ms
    OR (OLD.recalled_at IS NOT NULL AND NEW.recalled_at IS NOT OLD.recalled_at)
    OR (NEW.arrives_at IS NOT OLD.arrives_at AND NEW.state <> 'arriving')
    OR (OLD.state = 'arriving'
      AND NEW.state NOT IN ('arriving', 'accepted', 'declined', 'returned'))
    OR (OLD.state = 'pending' AND NEW.state = 'returned');
  SELECT RAISE(ABORT, 'wallet: what is on its way comes back only from a stop, by another operator')
  WHERE NEW.state = 'returned' AND NOT EXISTS (
    SELECT 1 FROM wallet_stops
    WHERE offer = NEW.id AND outcome = 'returned' AND ended_by <> begun_by);
END;

CREATE TRIGGER wallet_offers_no_delete BEFORE DELETE ON wallet_offers
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_offers is refused');
END;

CREATE TABLE wallet_orders (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	out_trade_no TEXT NOT NULL,
	kind TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	description TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	closed_as TEXT,
	awaits TEXT,
	payer TEXT,
	paid_at BIGINT,
	position BIGINT,
	refunded BIGINT NOT NULL,
	refund_count INTEGER NOT NULL,
	revoked_at BIGINT,
	version INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (merchant, out_trade_no),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	CHECK (kind IN ('native', 'till', 'static', 'miniapp', 'link', 'consent')),
	CHECK (state IN ('open', 'paid', 'closed')),
	CHECK (closed_as IN ('expired', 'merchant', 'revoked')),
	CHECK ((state = 'closed') = (closed_as IS NOT NULL)),
	CHECK ((state = 'paid') = (payer IS NOT NULL)),
	CHECK ((payer IS NULL) = (paid_at IS NULL)),
	CHECK ((payer IS NULL) = (position IS NULL)),
	CHECK (awaits IS NULL OR payer IS NULL OR payer = awaits),
	CHECK (typeof(refunded) = 'integer' AND refunded BETWEEN 0 AND amount),
	CHECK (refund_count BETWEEN 0 AND 51),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_orders_before BEFORE INSERT ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: an order starts open')
  WHERE NEW.state <> 'open' OR NEW.refunded <> 0 OR NEW.refund_count <> 0 OR NEW.version <> 1;
END;

CREATE TRIGGER wallet_orders_final BEFORE UPDATE ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: an order ends once, and its versions rise')
  WHERE (OLD.state <> 'open' AND NEW.state <> OLD.state) OR NEW.version <> OLD.version + 1;
  SELECT RAISE(ABORT, 'wallet: an order is paid by the transfer that pays it')
  WHERE OLD.state = 'open' AND NEW.state = 'paid' AND NOT EXISTS (
    SELECT 1 FROM wallet_journals j JOIN wallet_transfers t ON t.journal = j.no
    JOIN wallet_accounts source ON source.no = t.src
    JOIN wallet_accounts target ON target.no = t.dst
    WHERE j.id = NEW.id || '.paid' AND t.amount = NEW.amount
      AND source.id = 'user/' || NEW.payer || '/' || NEW.currency
      AND target.id = 'merchant/' || NEW.merchant || '/' || NEW.currency);
  SELECT RAISE(ABORT, 'wallet: only a refund says what went back')
  WHERE NEW.refunded <> (
    SELECT COALESCE(SUM(amount), 0) FROM wallet_refunds WHERE order_id = NEW.id)
    OR NEW.refund_count <> (SELECT COUNT(*) FROM wallet_refunds WHERE order_id = NEW.id);
END;

CREATE TRIGGER wallet_orders_kept BEFORE UPDATE ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: what stands in wallet_orders stays as it is')
  WHERE NEW.id IS NOT OLD.id
    OR NEW.merchant IS NOT OLD.merchant
    OR NEW.out_trade_no IS NOT OLD.out_trade_no
    OR NEW.kind IS NOT OLD.kind
    OR NEW.currency IS NOT OLD.currency
    OR NEW.amount IS NOT OLD.amount
    OR NEW.description IS NOT OLD.description
    OR NEW.made_by IS NOT OLD.made_by
    OR NEW.made_at IS NOT OLD.made_at
    OR NEW.expires_at IS NOT OLD.expires_at
    OR NEW.awaits IS NOT OLD.awaits
    OR (OLD.closed_as IS NOT NULL AND NEW.closed_as IS NOT OLD.closed_as)
    OR (OLD.payer IS NOT NULL AND NEW.payer IS NOT OLD.payer)
    OR (OLD.paid_at IS NOT NULL AND NEW.paid_at IS NOT OLD.paid_at)
    OR (OLD.position IS NOT NULL AND NEW.position IS NOT OLD.position)
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at);
END;

CREATE TRIGGER wallet_orders_no_delete BEFORE DELETE ON wallet_orders
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_orders is refused');
END;

CREATE TABLE wallet_packets (
	id TEXT NOT NULL,
	room_id TEXT NOT NULL,
	sender TEXT NOT NULL,
	currency TEXT NOT NULL,
	total BIGINT NOT NULL,
	count INTEGER NOT NULL,
	split TEXT NOT NULL,
	seed BLOB NOT NULL,
	escrow TEXT NOT NULL,
	state TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	ended_at BIGINT,
	event_id TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (escrow),
	CHECK (state IN ('open', 'finished', 'expired')),
	CHECK (split IN ('equal', 'lucky')),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code),
	FOREIGN KEY(escrow) REFERENCES wallet_accounts (id)
);

CREATE TRIGGER wallet_packets_final BEFORE UPDATE ON wallet_packets
BEGIN
  SELECT RAISE(ABORT, 'wallet: what ended in wallet_packets stays as it is')
  WHERE OLD.state <> 'open' OR NEW.total IS NOT OLD.total OR NEW.count IS NOT OLD.count OR NEW.seed IS NOT OLD.seed OR NEW.escrow IS NOT OLD.escrow;
END;

CREATE TRIGGER wallet_packets_no_delete BEFORE DELETE ON wallet_packets
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_packets is refused');
END;

CREATE TABLE wallet_parts (
	request TEXT NOT NULL,
	number INTEGER NOT NULL,
	user_id TEXT NOT NULL,
	amount BIGINT NOT NULL,
	state TEXT NOT NULL,
	ended_at BIGINT,
	PRIMARY KEY (request, number),
	UNIQUE (request, user_id),
	CHECK (state IN ('open', 'paid', 'cancelled')),
	CHECK (amount > 0),
	FOREIGN KEY(request) REFERENCES wallet_requests (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_parts_final BEFORE UPDATE ON wallet_parts
BEGIN
  SELECT RAISE(ABORT, 'wallet: what ended in wallet_parts stays as it is')
  WHERE OLD.state <> 'open' OR NEW.amount IS NOT OLD.amount OR NEW.user_id IS NOT OLD.user_id OR NEW.request IS NOT OLD.request;
END;

CREATE TRIGGER wallet_parts_no_delete BEFORE DELETE ON wallet_parts
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_parts is refused');
END;

CREATE TABLE wallet_passkeys (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	public_key BLOB NOT NULL,
	sign_count BIGINT NOT NULL,
	name TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	used_at BIGINT,
	PRIMARY KEY (id)
);

CREATE TABLE wallet_paycodes (
	hash BLOB NOT NULL,
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	pack TEXT,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_by TEXT,
	PRIMARY KEY (hash),
	UNIQUE (used_by),
	FOREIGN KEY(pack) REFERENCES wallet_paypacks (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_paycodes_kept BEFORE UPDATE ON wallet_paycodes
BEGIN
  SELECT RAISE(ABORT, 'wallet: what stands in wallet_paycodes stays as it is')
  WHERE NEW.hash IS NOT OLD.hash
    OR NEW.user_id IS NOT OLD.user_id
    OR NEW.device_id IS NOT OLD.device_id
    OR NEW.pack IS NOT OLD.pack
    OR NEW.made_at IS NOT OLD.made_at
    OR NEW.expires_at IS NOT OLD.expires_at
    OR (OLD.used_by IS NOT NULL AND NEW.used_by IS NOT OLD.used_by);
END;

CREATE TABLE wallet_payees (
	user_id TEXT NOT NULL,
	payee TEXT NOT NULL,
	paid_at BIGINT,
	trusted_at BIGINT,
	PRIMARY KEY (user_id, payee)
)
 WITHOUT ROWID;

CREATE TABLE wallet_paypacks (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	device_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	cap_each BIGINT NOT NULL,
	cap_total BIGINT NOT NULL,
	spent BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT,
	PRIMARY KEY (id),
	CHECK (typeof(spent) = 'integer' AND spent BETWEEN 0 AND cap_total),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_paypacks_kept BEFORE UPDATE ON wallet_paypacks
BEGIN
  SELECT RAISE(ABORT, 'wallet: what stands in wallet_paypacks stays as it is')
  WHERE NEW.id IS NOT OLD.id
    OR NEW.user_id IS NOT OLD.user_id
    OR NEW.device_id IS NOT OLD.device_id
    OR NEW.currency IS NOT OLD.currency
    OR NEW.cap_each IS NOT OLD.cap_each
    OR NEW.cap_total IS NOT OLD.cap_total
    OR NEW.made_at IS NOT OLD.made_at
    OR NEW.expires_at IS NOT OLD.expires_at
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at);
END;

CREATE TRIGGER wallet_paypacks_spent BEFORE UPDATE OF spent ON wallet_paypacks
BEGIN
  SELECT RAISE(ABORT, 'wallet: what a pack has paid only grows')
  WHERE NEW.spent < OLD.spent OR NEW.spent - OLD.spent > OLD.cap_each;
END;

CREATE TABLE wallet_pins (
	user_id TEXT NOT NULL,
	hash TEXT NOT NULL,
	set_at BIGINT NOT NULL,
	wrong INTEGER NOT NULL,
	PRIMARY KEY (user_id),
	CHECK (wrong BETWEEN 0 AND 5)
)
 WITHOUT ROWID;

CREATE TABLE wallet_proofs (
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	payee TEXT NOT NULL,
	payee_name TEXT NOT NULL,
	"key" TEXT NOT NULL,
	nonce BLOB NOT NULL,
	digest BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	method TEXT,
	answered_at BIGINT,
	used_by TEXT,
	PRIMARY KEY (id),
	UNIQUE (used_by),
	CHECK (method IN ('pin', 'passkey')),
	CHECK ((method IS NULL) = (answered_at IS NULL)),
	CHECK (used_by IS NULL OR answered_at IS NOT NULL),
	CHECK (answered_at IS NULL OR answered_at < expires_at)
);

CREATE TRIGGER wallet_proofs_final BEFORE UPDATE ON wallet_proofs
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proof is answered once, used once, and stays what it is')
  WHERE OLD.used_by IS NOT NULL OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
    OR NEW.digest <> OLD.digest OR NEW.nonce <> OLD.nonce OR NEW.kind <> OLD.kind
    OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount OR NEW.payee <> OLD.payee
    OR NEW.payee_name <> OLD.payee_name OR NEW.key <> OLD.key OR NEW.expires_at <> OLD.expires_at
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at)
    OR (OLD.method IS NOT NULL AND NEW.method IS NOT OLD.method)
    OR (NEW.used_by IS NOT NULL AND OLD.answered_at IS NULL);
END;

CREATE TRIGGER wallet_proofs_kept BEFORE DELETE ON wallet_proofs
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proof that was used is kept') WHERE OLD.used_by IS NOT NULL;
END;

CREATE TABLE wallet_proposals (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	approved_by TEXT,
	approved_at BIGINT,
	PRIMARY KEY (id),
	CHECK (kind IN ('mode', 'redeem', 'assign')),
	CHECK (approved_by <> proposed_by),
	CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);

CREATE TRIGGER wallet_proposals_final BEFORE UPDATE ON wallet_proposals
BEGIN
  SELECT RAISE(ABORT, 'wallet: a proposal is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.approved_by IS NULL OR NEW.id <> OLD.id
    OR NEW.kind <> OLD.kind OR NEW.subject <> OLD.subject OR NEW.body <> OLD.body
    OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at;
END;

CREATE TRIGGER wallet_proposals_no_delete BEFORE DELETE ON wallet_proposals
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_proposals is refused');
END;

CREATE TABLE wallet_rail_lines (
	rail TEXT NOT NULL,
	line TEXT NOT NULL,
	statement TEXT,
	day TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	reference TEXT NOT NULL,
	end_to_end TEXT NOT NULL,
	party TEXT NOT NULL,
	text TEXT NOT NULL,
	is_return INTEGER NOT NULL,
	state TEXT NOT NULL,
	txn TEXT,
	why TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (rail, line),
	CHECK (typeof(amount) = 'integer' AND amount <> 0),
	CHECK (state IN ('unmatched', 'matched', 'house')),
	CHECK ((state = 'matched') = (txn IS NOT NULL)),
	FOREIGN KEY(statement) REFERENCES wallet_bank_statements (id),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code),
	FOREIGN KEY(txn) REFERENCES wallet_rail_txns (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_rail_lines_final BEFORE UPDATE ON wallet_rail_lines
BEGIN
  SELECT RAISE(ABORT, 'wallet: a line of the bank is applied once and stays what it is')
  WHERE NEW.rail <> OLD.rail OR NEW.line <> OLD.line OR NEW.amount <> OLD.amount
    OR NEW.currency <> OLD.currency OR NEW.day <> OLD.day OR NEW.reference <> OLD.reference
    OR NEW.end_to_end <> OLD.end_to_end OR NEW.is_return <> OLD.is_return
    OR (OLD.state <> 'unmatched' AND (NEW.state <> OLD.state OR NEW.txn IS NOT OLD.txn))
    OR (OLD.statement IS NOT NULL AND NEW.statement IS NOT OLD.statement);
END;

CREATE TRIGGER wallet_rail_lines_no_delete BEFORE DELETE ON wallet_rail_lines
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_rail_lines is refused');
END;

CREATE TABLE wallet_rail_txns (
	id TEXT NOT NULL,
	rail TEXT NOT NULL,
	external_id TEXT,
	direction TEXT NOT NULL,
	user_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	state TEXT NOT NULL,
	payee TEXT NOT NULL,
	told TEXT NOT NULL,
	batch TEXT,
	journal TEXT,
	return_journal TEXT,
	why TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (rail, external_id),
	UNIQUE (journal),
	UNIQUE (return_journal),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	CHECK (direction IN ('topup', 'payout')),
	CHECK (state IN ('created', 'sent', 'settled', 'returned', 'failed')),
	CHECK (state <> 'settled' OR journal IS NOT NULL),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code),
	FOREIGN KEY(batch) REFERENCES wallet_bank_batches (id),
	FOREIGN KEY(journal) REFERENCES wallet_journals (id),
	FOREIGN KEY(return_journal) REFERENCES wallet_journals (id)
);

CREATE TRIGGER wallet_rail_txns_forward BEFORE UPDATE OF state ON wallet_rail_txns
BEGIN
  SELECT RAISE(ABORT, 'wallet: a payment over a rail only goes forward')
  WHERE NEW.state <> OLD.state AND NOT (
    (OLD.state = 'created' AND NEW.state IN ('sent', 'settled', 'failed'))
    OR (OLD.state = 'sent' AND NEW.state IN ('settled', 'failed'))
    OR (OLD.direction = 'payout' AND OLD.state = 'sent' AND NEW.state = 'returned')
    OR (OLD.direction = 'payout' AND OLD.state = 'settled' AND NEW.state = 'returned'));
  SELECT RAISE(ABORT, 'wallet: an end of a payment over a rail needs its journal')
  WHERE (NEW.state = 'settled' AND NEW.journal IS NULL)
    OR (NEW.state IN ('failed', 'returned') AND NEW.direction = 'payout'
        AND NEW.return_journal IS NULL);
END;

CREATE TRIGGER wallet_rail_txns_identity BEFORE UPDATE ON wallet_rail_txns
BEGIN
  SELECT RAISE(ABORT, 'wallet: a payment over a rail stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.rail <> OLD.rail OR NEW.direction <> OLD.direction
    OR NEW.user_id <> OLD.user_id OR NEW.currency <> OLD.currency OR NEW.amount <> OLD.amount
    OR NEW.payee <> OLD.payee OR NEW.made_at <> OLD.made_at
    OR (OLD.external_id IS NOT NULL AND NEW.external_id IS NOT OLD.external_id)
    OR (OLD.batch IS NOT NULL AND NEW.batch IS NOT OLD.batch)
    OR (OLD.journal IS NOT NULL AND NEW.journal IS NOT OLD.journal)
    OR (OLD.return_journal IS NOT NULL AND NEW.return_journal IS NOT OLD.return_journal);
END;

CREATE TRIGGER wallet_rail_txns_no_delete BEFORE DELETE ON wallet_rail_txns
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_rail_txns is refused');
END;

CREATE TABLE wallet_refunds (
	id TEXT NOT NULL,
	order_id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	out_refund_no TEXT NOT NULL,
	amount BIGINT NOT NULL,
	reason TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (merchant, out_refund_no),
	CHECK (typeof(amount) = 'integer' AND amount > 0),
	FOREIGN KEY(order_id) REFERENCES wallet_orders (id),
	FOREIGN KEY(merchant) REFERENCES wallet_merchants (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_refunds_after AFTER INSERT ON wallet_refunds
BEGIN
  UPDATE wallet_orders SET refunded = refunded + NEW.amount, refund_count = refund_count + 1,
    version = version + 1
  WHERE id = NEW.order_id;
END;

CREATE TRIGGER wallet_refunds_before BEFORE INSERT ON wallet_refunds
BEGIN
  SELECT RAISE(ABORT, 'wallet: a refund is of a paid order, by the transfer that brings it back')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_orders o JOIN wallet_journals j ON j.id = NEW.id
    JOIN wallet_transfers t ON t.journal = j.no
    JOIN wallet_accounts source ON source.no = t.src
    JOIN wallet_accounts target ON target.no = t.dst
    WHERE o.id = NEW.order_id AND o.state = 'paid' AND o.merchant = NEW.merchant
      AND t.amount = NEW.amount
      AND source.id = 'merchant/' || o.merchant || '/' || o.currency
      AND target.id = 'user/' || o.payer || '/' || o.currency);
END;

CREATE TRIGGER wallet_refunds_no_delete BEFORE DELETE ON wallet_refunds
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_refunds is refused');
END;

CREATE TRIGGER wallet_refunds_no_update BEFORE UPDATE ON wallet_refunds
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_refunds is refused');
END;

CREATE TABLE wallet_requests (
	id TEXT NOT NULL,
	room_id TEXT NOT NULL,
	payee TEXT NOT NULL,
	currency TEXT NOT NULL,
	total BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	remind_at BIGINT,
	event_id TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
);

CREATE TRIGGER wallet_requests_no_delete BEFORE DELETE ON wallet_requests
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_requests is refused');
END;

CREATE TABLE wallet_reversals (
	id TEXT NOT NULL,
	journal TEXT NOT NULL,
	words TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	approved_by TEXT,
	approved_at BIGINT,
	PRIMARY KEY (id),
	UNIQUE (journal),
	CHECK (approved_by <> proposed_by),
	CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
	FOREIGN KEY(journal) REFERENCES wallet_journals (id)
);

CREATE TRIGGER wallet_reversals_final BEFORE UPDATE ON wallet_reversals
BEGIN
  SELECT RAISE(ABORT, 'wallet: a reversal is approved once and stays what it is')
  WHERE OLD.approved_by IS NOT NULL OR NEW.id <> OLD.id OR NEW.journal <> OLD.journal
    OR NEW.words <> OLD.words OR NEW.proposed_by <> OLD.proposed_by;
END;

CREATE TRIGGER wallet_reversals_no_delete BEFORE DELETE ON wallet_reversals
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_reversals is refused');
END;

CREATE TABLE wallet_runs (
	user_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	count BIGINT NOT NULL,
	total BIGINT NOT NULL,
	count_max BIGINT NOT NULL,
	total_max BIGINT NOT NULL,
	PRIMARY KEY (user_id, currency),
	CHECK (count >= 0 AND total >= 0),
	CHECK (count <= count_max OR total <= total_max),
	FOREIGN KEY(currency) REFERENCES wallet_currencies (code)
)
 WITHOUT ROWID;

CREATE TABLE wallet_shares (
	packet TEXT NOT NULL,
	number INTEGER NOT NULL,
	amount BIGINT NOT NULL,
	claimant TEXT,
	claimed_at BIGINT,
	PRIMARY KEY (packet, number),
	UNIQUE (packet, claimant),
	CHECK (amount > 0),
	FOREIGN KEY(packet) REFERENCES wallet_packets (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_shares_final BEFORE UPDATE ON wallet_shares
BEGIN
  SELECT RAISE(ABORT, 'wallet: a share is claimed once and stays what it is')
  WHERE OLD.claimant IS NOT NULL OR NEW.claimant IS NULL OR NEW.packet <> OLD.packet
    OR NEW.number <> OLD.number OR NEW.amount <> OLD.amount;
END;

CREATE TRIGGER wallet_shares_no_delete BEFORE DELETE ON wallet_shares
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_shares is refused');
END;

CREATE TABLE wallet_stops (
	id TEXT NOT NULL,
	offer TEXT NOT NULL,
	reason TEXT NOT NULL,
	words TEXT NOT NULL,
	begun_by TEXT NOT NULL,
	begun_at BIGINT NOT NULL,
	was_at BIGINT NOT NULL,
	review_at BIGINT NOT NULL,
	ended_at BIGINT,
	ended_by TEXT,
	outcome TEXT,
	told_at BIGINT,
	PRIMARY KEY (id),
	CHECK (reason IN ('security', 'suspected_fraud', 'court_order', 'owner_request')),
	CHECK (outcome IN ('released', 'returned')),
	CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
	CHECK ((ended_at IS NULL) = (outcome IS NULL)),
	CHECK (outcome IS NOT 'returned' OR ended_by <> begun_by),
	FOREIGN KEY(offer) REFERENCES wallet_offers (id)
);

CREATE TRIGGER wallet_stops_before BEFORE INSERT ON wallet_stops
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a payment on its way is stopped, at the owner''s wish only if they wish it')
  WHERE NEW.ended_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM wallet_offers WHERE id = NEW.offer AND state = 'arriving'
      AND (NEW.reason <> 'owner_request' OR recalled_at IS NOT NULL));
END;

CREATE TRIGGER wallet_stops_final BEFORE UPDATE ON wallet_stops
BEGIN
  SELECT RAISE(ABORT, 'wallet: a stop ends once, and stays what it is')
  WHERE NEW.id <> OLD.id OR NEW.offer <> OLD.offer OR NEW.reason <> OLD.reason
    OR NEW.words <> OLD.words OR NEW.begun_by <> OLD.begun_by OR NEW.begun_at <> OLD.begun_at
    OR NEW.was_at <> OLD.was_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at
      OR NEW.ended_by IS NOT OLD.ended_by OR NEW.outcome IS NOT OLD.outcome));
END;

CREATE TRIGGER wallet_stops_no_delete BEFORE DELETE ON wallet_stops
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_stops is refused');
END;

CREATE TABLE "wallet_transfers" (
  no INTEGER NOT NULL PRIMARY KEY,
  journal INTEGER NOT NULL REFERENCES wallet_journals (no),
  src INTEGER NOT NULL REFERENCES wallet_accounts (no),
  dst INTEGER NOT NULL REFERENCES wallet_accounts (no),
  amount BIGINT NOT NULL,
  hold TEXT REFERENCES wallet_holds (id),
  CHECK (typeof(amount) = 'integer' AND amount > 0));

CREATE TRIGGER wallet_transfers_after AFTER INSERT ON wallet_transfers
BEGIN
  UPDATE wallet_holds SET state = 'captured', captured = NEW.amount WHERE id = NEW.hold;
  UPDATE wallet_accounts SET posted = posted - NEW.amount, seq = seq + 1, last = NEW.no
    WHERE no = NEW.src;
  UPDATE wallet_accounts SET posted = posted + NEW.amount, seq = seq + 1, last = NEW.no
    WHERE no = NEW.dst;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT no, seq, NEW.no, -NEW.amount, posted FROM wallet_accounts WHERE no = NEW.src;
  INSERT INTO wallet_entries (account, seq, transfer, amount, balance)
    SELECT no, seq, NEW.no, NEW.amount, posted FROM wallet_accounts WHERE no = NEW.dst;
END;

CREATE TRIGGER wallet_transfers_before BEFORE INSERT ON wallet_transfers
BEGIN
  SELECT RAISE(ABORT, 'wallet: a transfer needs two different open accounts of one currency')
  WHERE NEW.src = NEW.dst OR NOT EXISTS (
    SELECT 1 FROM wallet_accounts s, wallet_accounts d
    WHERE s.no = NEW.src AND d.no = NEW.dst AND s.currency = d.currency
      AND s.closed = 0 AND d.closed = 0);
  SELECT RAISE(ABORT, 'wallet: a transfer needs an open hold of its source and its size')
  WHERE NEW.hold IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM wallet_holds h JOIN wallet_accounts s ON s.id = h.account
    WHERE h.id = NEW.hold AND s.no = NEW.src AND h.state = 'open' AND h.amount >= NEW.amount);
END;

CREATE TRIGGER wallet_transfers_no_delete BEFORE DELETE ON wallet_transfers
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_transfers is refused');
END;

CREATE TRIGGER wallet_transfers_no_update BEFORE UPDATE ON wallet_transfers
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_transfers is refused');
END;

CREATE TABLE wallet_webhook_deliveries (
	endpoint TEXT NOT NULL,
	number BIGINT NOT NULL,
	message TEXT NOT NULL,
	ref TEXT NOT NULL,
	version BIGINT NOT NULL,
	round INTEGER NOT NULL,
	state TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	next_at BIGINT,
	ended_at BIGINT,
	status INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (endpoint, number),
	UNIQUE (message, endpoint, round),
	CHECK (state IN ('waiting', 'queued', 'delivered', 'dead')),
	CHECK ((next_at IS NOT NULL) = (state = 'queued')),
	CHECK ((ended_at IS NOT NULL) = (state IN ('delivered', 'dead'))),
	CHECK (attempts BETWEEN 0 AND 16),
	CHECK (state <> 'dead' OR attempts = 16),
	CHECK (state <> 'delivered' OR status BETWEEN 200 AND 299),
	CHECK (round BETWEEN 0 AND 20),
	FOREIGN KEY(endpoint) REFERENCES wallet_webhooks (id),
	FOREIGN KEY(message) REFERENCES wallet_webhook_messages (id)
)
 WITHOUT ROWID;

CREATE TRIGGER wallet_webhook_deliveries_before BEFORE INSERT ON wallet_webhook_deliveries
BEGIN
  SELECT RAISE(ABORT, 'wallet: a delivery begins at its endpoint''s end, for its message, untried')
  WHERE NEW.attempts <> 0 OR NEW.state NOT IN ('waiting', 'queued')
    OR NEW.number <> (SELECT count FROM wallet_webhooks WHERE id = NEW.endpoint)
    OR NOT EXISTS (
      SELECT 1 FROM wallet_webhook_messages m JOIN wallet_webhooks w ON w.merchant = m.merchant
      WHERE m.id = NEW.message AND w.id = NEW.endpoint
        AND m.ref = NEW.ref AND m.version = NEW.version);
  SELECT RAISE(ABORT, 'wallet: an earlier message is still to come')
  WHERE NEW.state = 'queued' AND EXISTS (
    SELECT 1 FROM wallet_webhook_deliveries d
    WHERE d.endpoint = NEW.endpoint AND d.ref = NEW.ref AND d.state IN ('waiting', 'queued'));
END;

CREATE TRIGGER wallet_webhook_deliveries_final BEFORE UPDATE ON wallet_webhook_deliveries
BEGIN
  SELECT RAISE(ABORT, 'wallet: what was delivered or given up stays as it is')
  WHERE OLD.state IN ('delivered', 'dead') OR NEW.endpoint <> OLD.endpoint
    OR NEW.number <> OLD.number OR NEW.message <> OLD.message OR NEW.ref <> OLD.ref
    OR NEW.version <> OLD.version OR NEW.round <> OLD.round;
  SELECT RAISE(ABORT, 'wallet: a delivery is tried once at a time, and only in its turn')
  WHERE NEW.state = 'waiting' OR NEW.attempts <> OLD.attempts + (OLD.state = 'queued')
    OR (OLD.state = 'waiting' AND (NEW.state <> 'queued' OR EXISTS (
      SELECT 1 FROM wallet_webhook_deliveries d
      WHERE d.endpoint = OLD.endpoint AND d.ref = OLD.ref AND d.number <> OLD.number
        AND (d.state = 'queued' OR (d.state = 'waiting' AND d.version < OLD.version)))));
END;

CREATE TRIGGER wallet_webhook_deliveries_no_delete BEFORE DELETE ON wallet_webhook_deliveries
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_webhook_deliveries is refused');
END;

CREATE TABLE wallet_webhook_messages (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	kind TEXT NOT NULL,
	ref TEXT NOT NULL,
	version BIGINT NOT NULL,
	body TEXT NOT NULL,
	wanted INTEGER NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (merchant, ref, version),
	CHECK (version > 0),
	CHECK (wanted BETWEEN 1 AND 5)
);

CREATE TRIGGER wallet_webhook_messages_no_delete BEFORE DELETE ON wallet_webhook_messages
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_webhook_messages is refused');
END;

CREATE TRIGGER wallet_webhook_messages_no_update BEFORE UPDATE ON wallet_webhook_messages
BEGIN
  SELECT RAISE(ABORT, 'wallet: UPDATE of wallet_webhook_messages is refused');
END;

CREATE TABLE wallet_webhook_secrets (
	endpoint TEXT NOT NULL,
	number INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	until BIGINT,
	PRIMARY KEY (endpoint, number),
	FOREIGN KEY(endpoint) REFERENCES wallet_webhooks (id)
)
 WITHOUT ROWID;

CREATE TABLE wallet_webhooks (
	id TEXT NOT NULL,
	merchant TEXT NOT NULL,
	url TEXT NOT NULL,
	kinds TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	count BIGINT NOT NULL,
	made_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (merchant, url),
	CHECK (state IN ('enabled', 'disabled')),
	CHECK (reason IN ('', 'owner', 'gone')),
	CHECK ((state = 'enabled') = (reason = ''))
);

CREATE TRIGGER wallet_webhooks_before BEFORE INSERT ON wallet_webhooks
BEGIN
  -- ENDPOINTS_MAX
  SELECT RAISE(ABORT, 'wallet: a merchant has too many endpoints')
  WHERE NEW.count <> 0
    OR 5 <= (SELECT COUNT(*) FROM wallet_webhooks WHERE merchant = NEW.merchant);
END;

CREATE TRIGGER wallet_webhooks_identity BEFORE UPDATE OF id, merchant, made_at ON wallet_webhooks
BEGIN
  SELECT RAISE(ABORT, 'wallet: an endpoint stays its merchant''s');
END;

CREATE TRIGGER wallet_webhooks_no_delete BEFORE DELETE ON wallet_webhooks
BEGIN
  SELECT RAISE(ABORT, 'wallet: DELETE of wallet_webhooks is refused');
END;

CREATE TABLE withheld (
	id TEXT NOT NULL,
	item_type TEXT NOT NULL,
	item_id TEXT NOT NULL,
	step TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	stayed_from BIGINT,
	rule TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;

CREATE TABLE witnessed_logs (
	origin TEXT NOT NULL,
	vkey TEXT NOT NULL,
	size BIGINT NOT NULL,
	root BLOB NOT NULL,
	checkpoint TEXT,
	PRIMARY KEY (origin)
)
 WITHOUT ROWID;

CREATE INDEX account_data_by_position ON account_data (user_id, position);

CREATE INDEX blob_deletions_due ON blob_deletions (due_at);

CREATE INDEX claimed_keys_in_order ON claimed_keys (user_id, device_id, position);

CREATE INDEX conduct_appeals_by_decision ON conduct_appeals (decision_id);

CREATE INDEX conduct_appeals_by_due ON conduct_appeals (is_open, due_at);

CREATE INDEX conduct_cases_by_item ON conduct_cases (item_type, item_id);

CREATE INDEX conduct_cases_by_state ON conduct_cases (state);

CREATE INDEX conduct_cases_by_subject ON conduct_cases (subject);

CREATE INDEX conduct_complaints_by_case ON conduct_complaints (case_id);

CREATE INDEX conduct_complaints_by_due ON conduct_complaints (is_open, due_at);

CREATE INDEX conduct_complaints_by_report ON conduct_complaints (report_id);

CREATE INDEX conduct_decisions_by_case ON conduct_decisions (case_id);

CREATE INDEX conduct_decisions_by_leaf ON conduct_decisions (leaf);

CREATE INDEX conduct_decisions_by_subject ON conduct_decisions (subject);

CREATE INDEX conduct_decisions_by_weight ON conduct_decisions (is_heavy, issued_at);

CREATE INDEX conduct_deliveries_by_decision ON conduct_deliveries (decision_id);

CREATE INDEX conduct_deliveries_by_user ON conduct_deliveries (user_id);

CREATE INDEX conduct_evidence_by_case ON conduct_evidence (case_id);

CREATE INDEX conduct_legal_by_concerns ON conduct_legal (concerns);

CREATE INDEX conduct_legal_by_time ON conduct_legal (received_at, id);

CREATE INDEX conduct_outbox_by_time ON conduct_outbox (next_at);

CREATE INDEX conduct_outbox_by_user ON conduct_outbox (user_id);

CREATE INDEX conduct_proposals_by_case ON conduct_proposals (case_id);

CREATE INDEX conduct_reports_by_case ON conduct_reports (case_id, reporter, kind, received_at);

CREATE INDEX conduct_reports_by_key ON conduct_reports (key_hash);

CREATE INDEX conduct_reports_by_misuse ON conduct_reports (is_manifest, received_at);

CREATE INDEX conduct_reports_by_reporter ON conduct_reports (reporter, outcome, received_at);

CREATE INDEX conduct_reports_by_told ON conduct_reports (informed_at, decided_at);

CREATE UNIQUE INDEX conduct_statements_by_key ON conduct_statements (key_hash);

CREATE INDEX device_list_changes_in_order ON device_list_changes (position);

CREATE INDEX events_by_room ON events (room_no, position);

CREATE INDEX events_by_time ON events (room_no, origin_server_ts);

CREATE INDEX events_counting_otherwise ON events (room_no, position) WHERE notify NOT IN (0, 1);

CREATE INDEX events_in_threads ON events (room_no, position) WHERE thread IS NOT NULL;

CREATE INDEX export_deletions_due ON export_deletions (due_at);

CREATE UNIQUE INDEX exports_user ON exports (user_id);

CREATE INDEX key_signatures_by_signer ON key_signatures (signer_id, signer_key_id);

CREATE INDEX media_sha256 ON media (sha256);

CREATE INDEX media_user ON media (user_id, size_bytes);

CREATE INDEX media_links_media ON media_links (media_id);

CREATE INDEX memberships_by_room ON memberships (room_no, membership);

CREATE INDEX one_time_keys_in_order ON one_time_keys (user_id, device_id, algorithm, position);

CREATE INDEX push_rule_changes_everywhere ON push_rule_changes (user_id) WHERE everywhere = 1;

CREATE INDEX pushers_app_pushkey ON pushers (app_id, pushkey);

CREATE INDEX receipts_by_position ON receipts (room_no, position);

CREATE INDEX relations_by_room ON relations (room_no, rel_type, position);

CREATE INDEX restrictions_by_decision ON restrictions (decision_id);

CREATE INDEX restrictions_by_end ON restrictions (ends_at);

CREATE INDEX restrictions_by_user ON restrictions (user_id);

CREATE INDEX room_aliases_by_room ON room_aliases (room_no);

CREATE INDEX room_state_by_position ON room_state (room_no, position);

CREATE INDEX short_tokens_by_end ON short_tokens (expires_at);

CREATE INDEX to_device_transactions_by_age ON to_device_transactions (user_id, device_id, sent_at_ms);

CREATE INDEX tokens_by_device ON tokens (user_id, device_id);

CREATE UNIQUE INDEX tokens_by_refresh ON tokens (refresh_hash);

CREATE INDEX wallet_apps_by_merchant ON wallet_apps (merchant);

CREATE INDEX wallet_blocks_by_told ON wallet_blocks (told_at);

CREATE INDEX wallet_blocks_by_user ON wallet_blocks (user_id, begun_at);

CREATE INDEX wallet_cashiers_by_user ON wallet_cashiers (user_id);

CREATE INDEX wallet_charges_by_consent ON wallet_charges (consent, span);

CREATE INDEX wallet_charges_by_time ON wallet_charges (consent, made_at);

CREATE INDEX wallet_consents_asked ON wallet_consents (asked_of, state);

CREATE INDEX wallet_consents_by_user ON wallet_consents (user_id, made_at);

CREATE INDEX wallet_enrolments_by_user ON wallet_enrolments (user_id);

CREATE INDEX wallet_holds_by_account ON wallet_holds (account, state);

CREATE INDEX wallet_holds_by_time ON wallet_holds (state, expires_at);

CREATE INDEX wallet_launches_by_time ON wallet_launches (made_at);

CREATE INDEX wallet_merchant_keys_by_merchant ON wallet_merchant_keys (merchant);

CREATE INDEX wallet_merchants_by_owner ON wallet_merchants (owner);

CREATE INDEX wallet_offers_by_arrival ON wallet_offers (state, arrives_at);

CREATE INDEX wallet_offers_by_recipient ON wallet_offers (recipient, state, arrives_at);

CREATE INDEX wallet_offers_by_sender ON wallet_offers (sender, state, expires_at);

CREATE INDEX wallet_offers_by_time ON wallet_offers (state, expires_at);

CREATE INDEX wallet_orders_by_awaits ON wallet_orders (awaits, state);

CREATE INDEX wallet_orders_by_payer ON wallet_orders (payer, position);

CREATE INDEX wallet_orders_by_payment ON wallet_orders (merchant, paid_at);

CREATE INDEX wallet_orders_by_position ON wallet_orders (merchant, position);

CREATE INDEX wallet_orders_by_time ON wallet_orders (state, expires_at);

CREATE INDEX wallet_packets_by_sender ON wallet_packets (sender, state, expires_at);

CREATE INDEX wallet_packets_by_time ON wallet_packets (state, expires_at);

CREATE INDEX wallet_passkeys_by_user ON wallet_passkeys (user_id);

CREATE INDEX wallet_paycodes_by_device ON wallet_paycodes (user_id, device_id);

CREATE INDEX wallet_paycodes_by_time ON wallet_paycodes (expires_at);

CREATE INDEX wallet_paypacks_by_device ON wallet_paypacks (user_id, device_id);

CREATE INDEX wallet_proofs_by_user ON wallet_proofs (user_id, expires_at);

CREATE INDEX wallet_proposals_by_kind ON wallet_proposals (kind, approved_at);

CREATE INDEX wallet_rail_lines_by_state ON wallet_rail_lines (state, made_at);

CREATE INDEX wallet_rail_lines_by_txn ON wallet_rail_lines (txn);

CREATE INDEX wallet_rail_txns_by_state ON wallet_rail_txns (rail, state, made_at);

CREATE INDEX wallet_rail_txns_by_user ON wallet_rail_txns (user_id, id);

CREATE INDEX wallet_refunds_by_order ON wallet_refunds (order_id);

CREATE INDEX wallet_refunds_by_time ON wallet_refunds (merchant, made_at);

CREATE INDEX wallet_requests_by_time ON wallet_requests (remind_at);

CREATE INDEX wallet_stops_by_offer ON wallet_stops (offer, begun_at);

CREATE INDEX wallet_stops_by_told ON wallet_stops (told_at);

CREATE UNIQUE INDEX wallet_transfers_by_hold ON wallet_transfers (hold) WHERE hold IS NOT NULL;

CREATE INDEX wallet_transfers_by_journal ON wallet_transfers (journal);

CREATE INDEX wallet_webhook_deliveries_by_ref ON wallet_webhook_deliveries (endpoint, ref, version);

CREATE INDEX wallet_webhook_deliveries_by_time ON wallet_webhook_deliveries (endpoint, state, next_at);

CREATE UNIQUE INDEX wallet_webhook_deliveries_one ON wallet_webhook_deliveries (endpoint, ref) WHERE state = 'queued';

CREATE INDEX withheld_by_end ON withheld (ends_at);

CREATE INDEX withheld_by_item ON withheld (item_type, item_id);

INSERT INTO alembic_version VALUES ('0024')
