"""The refusals of the documents service, each with what to do next in Vietnamese and English.

Owns codes and wording only; when a refusal applies is decided in the aggregates.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.eventsourcing import Refusal, refuse


def baseline_incomplete(field: str) -> Refusal:
    """Return the refusal of a baseline that lacks what its state needs."""
    return refuse(
        "BASELINE_INCOMPLETE",
        f"Trạng thái này cần trường '{field}'. Bổ sung rồi gửi lại.",
        f"This state needs the field '{field}'. Add it and push again.",
        f"/data/{field}",
    )


def replaces_itself() -> Refusal:
    """Return the refusal of a record that would take its own place."""
    return refuse(
        "REPLACES_ITSELF",
        "Văn bản hoặc quy trình không thể tự thay thế chính nó. Nêu đúng bản thay thế.",
        "Nothing can take its own place. Name what really replaces it.",
        "/data",
    )


def date_in_future(pointer: str, day: str) -> Refusal:
    """Return the refusal of a fact that reports a day later than its own."""
    return refuse(
        "DATE_IN_FUTURE",
        f"Ngày {day} sau ngày của sự kiện. Chỉ báo cáo việc đã xảy ra.",
        f"{day} is after the day of the event. Report only what has happened.",
        pointer,
    )


# Legal texts


def legal_text_key(key: str) -> Refusal:
    """Return the refusal of a text whose subject is not its natural key."""
    return refuse(
        "LEGAL_TEXT_KEY_MISMATCH",
        f"'subject' của văn bản phải là số|cơ quan ban hành|ngày ban hành: '{key}'.",
        f"The 'subject' of a legal text must be number|issuer|issued_on: '{key}'.",
        "/subject",
    )


def amended_before_in_force(effective_from: str) -> Refusal:
    """Return the refusal of an amendment in force before the text that it amends."""
    return refuse(
        "AMENDED_BEFORE_IN_FORCE",
        f"Văn bản có hiệu lực từ {effective_from}; sửa đổi không thể có hiệu lực sớm hơn.",
        f"The text is in force from {effective_from}; an amendment cannot be in force earlier.",
        "/data/effective_from",
    )


def ended_already(how: str, since: str) -> Refusal:
    """Return the refusal of ending a text whose end is known already."""
    return refuse(
        "TRANSITION_NOT_ALLOWED",
        f"Văn bản đã được ghi nhận là hết hiệu lực ({how}) từ {since}. Kiểm tra lại văn bản cần ghi nhận.",
        f"The end of the text is recorded already ({how} from {since}). Check which text is meant.",
        "/type",
    )


def replacement_cycle(by: str) -> Refusal:
    """Return the refusal of a replacement that would lead back to where it came from."""
    return refuse(
        "REPLACEMENT_CYCLE",
        f"'{by}' ban hành trước văn bản này hoặc đã được văn bản này thay thế, nên không thể thay thế nó.",
        f"'{by}' is older than this text or was replaced by it, so it cannot take its place.",
        "/data/by",
    )


def related_to_itself(pointer: str) -> Refusal:
    """Return the refusal of a text that says something about itself as if it were another."""
    return refuse(
        "RELATED_TO_ITSELF",
        "Văn bản không thể sửa đổi, thay thế, bãi bỏ, hướng dẫn hay đính chính chính nó. Nêu đúng văn bản liên quan.",
        "A text cannot amend, replace, repeal, guide or correct itself. Name the text that is meant.",
        pointer,
    )


def changes_a_later_text(target: str, pointer: str) -> Refusal:
    """Return the refusal of a text that would change one issued after it: replacements would run in a circle."""
    return refuse(
        "REPLACEMENT_CYCLE",
        f"'{target}' ban hành sau văn bản này nên không thể bị văn bản này sửa đổi, thay thế, bãi bỏ.",
        f"'{target}' was issued after this text, which therefore cannot amend, replace or repeal it.",
        pointer,
    )


# Public procedures (TTHC)


def tthc_not_live() -> Refusal:
    """Return the refusal of opting out of an entry that is not in the catalogue any more."""
    return refuse(
        "TTHC_NOT_LIVE",
        "Thủ tục này đã bị bãi bỏ, không cần ghi nhận việc không thực hiện.",
        "This procedure was abolished; there is nothing to opt out of.",
        "/data/entry",
    )


# Procedures (ISO 9001:2015 7.5)


def code_in_use(code: str, procedure_id: str) -> Refusal:
    """Return the refusal of a draft under the code of another procedure in force."""
    return refuse(
        "PROCEDURE_CODE_IN_USE",
        f"Mã '{code}' đang là mã của quy trình '{procedure_id}' có hiệu lực. Dùng mã khác, sửa đổi quy trình đó "
        "(procedure.revised), hoặc bãi bỏ quy trình đó trước.",
        f"The code '{code}' is that of procedure '{procedure_id}', which is in force. Use another code, revise that "
        "procedure (procedure.revised), or withdraw it first.",
        "/data/code",
    )


def steps_missing() -> Refusal:
    """Return the refusal of a submission without steps."""
    return refuse(
        "STEPS_MISSING",
        "Quy trình chưa có bước nào. Bổ sung các bước trong 'steps' rồi trình lại.",
        "The procedure has no steps. Add them in 'steps' and submit again.",
        "/data/steps",
    )


def step_without_owner(number: int) -> Refusal:
    """Return the refusal of a submission with a step that nobody owns."""
    return refuse(
        "STEP_WITHOUT_OWNER",
        f"Bước {number} chưa có người hoặc cơ quan thực hiện. Bổ sung 'role' hoặc 'owner_agency_id'.",
        f"Step {number} has no owner. Add 'role' or 'owner_agency_id'.",
        "/data/steps",
    )


def tthc_code_missing() -> Refusal:
    """Return the refusal of a procedure for the public that names no TTHC."""
    return refuse(
        "TTHC_CODE_MISSING",
        "Quy trình loại 'tthc' phải ghi mã thủ tục hành chính trong 'tthc_code'.",
        "A procedure of kind 'tthc' must name the public procedure in 'tthc_code'.",
        "/data/tthc_code",
    )


def committed_above_regulated(committed: int, regulated: int, pointer: str) -> Refusal:
    """Return the refusal of a commitment longer than the law allows (days)."""
    return refuse(
        "COMMITTED_ABOVE_REGULATED",
        f"Thời hạn cam kết {committed} ngày dài hơn thời hạn quy định {regulated} ngày. "
        f"Cam kết tối đa {regulated} ngày.",
        f"The committed {committed} days are more than the {regulated} days the law gives. "
        f"Commit to {regulated} days or fewer.",
        pointer,
    )


def approver_is_author() -> Refusal:
    """Return the refusal of an approval by the author."""
    return refuse(
        "APPROVER_IS_AUTHOR",
        "Người soạn thảo không được tự phê duyệt quy trình. Chuyển cho người có thẩm quyền khác phê duyệt.",
        "The author may not approve the procedure. Somebody else with the authority has to.",
        "/data/approver_ref",
    )


def effective_before_approval(approved_on: str) -> Refusal:
    """Return the refusal of an issue that would be in force before it was approved."""
    return refuse(
        "EFFECTIVE_BEFORE_APPROVAL",
        f"Quy trình được phê duyệt ngày {approved_on}; ngày có hiệu lực không được sớm hơn.",
        f"The procedure was approved on {approved_on}; it cannot be in force earlier.",
        "/data/effective_from",
    )


def revision_not_next(edition: int, revision: int) -> Refusal:
    """Return the refusal of a jump in the numbering."""
    return refuse(
        "REVISION_NOT_NEXT",
        f"Lần tiếp theo phải là lần ban hành {edition}, sửa đổi {revision}, hoặc lần ban hành mới. "
        "Gửi các lần sửa đổi còn thiếu trước.",
        f"Next is edition {edition}, revision {revision}, or a new edition. Push the missing revisions first.",
        "/data/revision",
    )


def revision_not_live(edition: int, revision: int, pointer: str) -> Refusal:
    """Return the refusal of an event about a revision that is not the one in force."""
    return refuse(
        "REVISION_NOT_IN_FORCE",
        f"Bản đang có hiệu lực là lần ban hành {edition}, sửa đổi {revision}.",
        f"In force is edition {edition}, revision {revision}.",
        pointer,
    )


def legal_text_missing() -> Refusal:
    """Return the refusal of a revision for a legal change that names no text."""
    return refuse(
        "LEGAL_TEXT_MISSING",
        "Sửa đổi do thay đổi pháp luật phải nêu văn bản trong 'legal_text_id' (số|cơ quan ban hành|ngày).",
        "A revision for a legal change must name the text in 'legal_text_id' (number|issuer|issued_on).",
        "/data/legal_text_id",
    )


# Declarations (Decision 19/2014/QĐ-TTg)


def unknown_standard_version(name: str, known: Sequence[str], pointer: str) -> Refusal:
    """Return the refusal of a version of the standard that does not exist, with those that do."""
    listed = ", ".join(known)
    return refuse(
        "UNKNOWN_STANDARD_VERSION",
        f"Không có phiên bản tiêu chuẩn '{name}'. Các phiên bản đã biết: {listed}.",
        f"There is no version '{name}' of the standard. Known versions: {listed}.",
        pointer,
    )


def standard_not_in_force(name: str, day: str, current: Sequence[str], pointer: str) -> Refusal:
    """Return the refusal of a version that was not yet, or no longer, in force on a day."""
    listed = ", ".join(current) or "-"
    return refuse(
        "STANDARD_NOT_IN_FORCE",
        f"Ngày {day}, '{name}' chưa được công bố hoặc đã bị hủy bỏ. Phiên bản hiện hành ngày đó: {listed}.",
        f"On {day} '{name}' was not published yet or already withdrawn. In force that day: {listed}.",
        pointer,
    )


def signer_not_head() -> Refusal:
    """Return the refusal of a declaration that somebody else than the head signed."""
    return refuse(
        "SIGNER_NOT_HEAD",
        "Chỉ người đứng đầu cơ quan được ký công bố (Quyết định 19/2014/QĐ-TTg). Trình người đứng đầu ký lại.",
        "Only the head of the agency may sign a declaration (Decision 19/2014/QĐ-TTg). Have the head sign.",
        "/data/signed_by",
    )


def nothing_to_redeclare() -> Refusal:
    """Return the refusal of declaring again what is declared already."""
    return refuse(
        "NOTHING_TO_REDECLARE",
        "Phạm vi và phiên bản tiêu chuẩn không thay đổi so với lần công bố gần nhất; không cần công bố lại.",
        "Scope and standard are those of the last declaration; there is nothing to declare again.",
        "/data",
    )


def transition_not_forward(from_version: str, to_version: str) -> Refusal:
    """Return the refusal of a move to the same or an older version of the standard."""
    return refuse(
        "TRANSITION_NOT_FORWARD",
        f"Phải chuyển sang phiên bản mới hơn; '{to_version}' không mới hơn '{from_version}'.",
        f"A transition leads to a newer version; '{to_version}' is not newer than '{from_version}'.",
        "/data/to_version",
    )


def certificate_after_self_declaration() -> Refusal:
    """Return the refusal of an unexplained certificate from after certification had ended."""
    return refuse(
        "CERTIFICATE_NEEDS_COMMENT",
        "Từ ngày 18/5/2014 không còn chứng nhận mà cơ quan tự công bố (Quyết định 19/2014/QĐ-TTg). "
        "Nếu giấy chứng nhận là thật, giải trình trong 'comment'.",
        "Since 18 May 2014 agencies declare themselves and are not certified (Decision 19/2014/QĐ-TTg). "
        "If the certificate is real, explain it in 'comment'.",
        "/data/issued_on",
    )


def period_reversed(pointer: str) -> Refusal:
    """Return the refusal of a period that ends before it begins."""
    return refuse(
        "PERIOD_REVERSED",
        "Ngày kết thúc sớm hơn ngày bắt đầu. Kiểm tra lại hai ngày.",
        "The period ends before it begins. Check both dates.",
        pointer,
    )
