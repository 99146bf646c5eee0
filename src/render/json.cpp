#include "render/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "report/questions.hpp"

namespace unoops::render {

namespace {

using Json = nlohmann::ordered_json;

std::string hex_bytes(const std::vector<std::uint8_t>& bytes) { return fmt::format("{:02x}", fmt::join(bytes, " ")); }

// A field with nothing to say is left out: empty texts, absent values, empty lists.
void put(Json& to, const char* name, std::string_view text) {
  if (!text.empty()) to[name] = valid_utf8(text);
}
void put_all(Json& to, const char* name, Json value) {
  if (!value.empty()) to[name] = std::move(value);
}
template <class Number>
void put_number(Json& to, const char* name, const std::optional<Number>& value) {
  if (value) to[name] = *value;
}
void put_hex(Json& to, const char* name, const std::optional<std::uint64_t>& value) {
  if (value) to[name] = hex(*value);
}

Json texts(const std::vector<std::string>& from) {
  Json out = Json::array();
  for (const auto& text : from) out.push_back(valid_utf8(text));
  return out;
}

std::string_view pc_id(PcKind kind) {
  switch (kind) {
    case PcKind::exact:
      return "exact";
    case PcKind::return_address:
      return "return";
    case PcKind::pointer:
      return "pointer";
  }
  return "pointer";
}

std::string_view confidence_id(Confidence c) { return c == Confidence::certain ? "certain" : "likely"; }

Json location_json(const Location& at) {
  Json out = Json::object();
  put(out, "function", at.function);
  put(out, "file", at.file);
  if (at.line) out["line"] = at.line;
  if (at.column) out["column"] = at.column;
  out["inlined"] = at.inlined;
  return out;
}

Json locations_json(const std::vector<Location>& chain) {
  Json out = Json::array();
  for (const auto& at : chain) out.push_back(location_json(at));
  return out;
}

void put_lookup(Json& to, const Lookup& lookup) {
  if (const auto* chain = std::get_if<std::vector<Location>>(&lookup)) {
    put_all(to, "source", locations_json(*chain));
    return;
  }
  const auto& miss = std::get<Unresolved>(lookup);
  to["unresolved"] = miss_id(miss.reason);
  put(to, "unresolved_detail", miss.detail);
}

Json frame_json(const Frame& frame) {
  Json out = Json::object();
  put(out, "symbol", frame.ref.symbol);
  put_number(out, "offset", frame.ref.offset);
  put_number(out, "size", frame.ref.size);
  put(out, "module", frame.ref.module);
  put(out, "build_id", frame.ref.build_id);
  put_hex(out, "address", frame.ref.address);
  out["reliable"] = frame.reliable;
  out["pc"] = pc_id(frame.ref.pc);
  if (frame.line_no) out["line_no"] = frame.line_no;
  put(out, "marks", frame.marks);
  put_all(out, "printed", locations_json(frame.printed));
  put_lookup(out, frame.lookup);
  return out;
}

Json stacks_json(const Report& report) {
  Json out = Json::array();
  for (const auto& stack : report.stacks) {
    Json one = Json::object();
    put(one, "label", stack.label);
    put(one, "context", std::string(context_word(stack)));
    put_number(one, "cpu", stack.cpu);
    put_number(one, "pid", stack.pid);
    put(one, "comm", stack.comm);
    one["frames"] = Json::array();
    for (const auto& frame : stack.frames) one["frames"].push_back(frame_json(frame));
    out.push_back(std::move(one));
  }
  return out;
}

Json registers_json(const std::vector<Register>& registers) {
  Json out = Json::object();
  for (const auto& reg : registers) out[valid_utf8(reg.name)] = hex(reg.value);
  return out;
}

Json taint_json(const Taint& taint) {
  Json out = Json::object();
  put(out, "raw", taint.raw);
  Json flags = Json::array();
  for (const auto& flag : taint.flags) {
    Json one = {{"letter", valid_utf8({&flag.letter, 1})}};
    put(one, "meaning", flag.meaning);
    flags.push_back(std::move(one));
  }
  put_all(out, "flags", std::move(flags));
  return out;
}

Json kernel_json(const Kernel& kernel) {
  Json out = Json::object();
  put(out, "release", kernel.release);
  put(out, "version", kernel.version);
  put(out, "build_id", kernel.build_id);
  put(out, "banner", kernel.banner);
  return out;
}

Json fault_json(const Fault& fault, const BadPointer& pointer) {
  Json out = Json::object();
  put_hex(out, "address", fault.address);
  if (fault.address_hashed) out["address_hashed"] = true;
  put(out, "access", std::string(access_id(fault.access)));
  put_number(out, "size", fault.size);
  put(out, "error_code", fault.error_code);
  put_all(out, "error_bits", texts(fault.error_bits));
  put(out, "esr", fault.esr);
  put(out, "address_class", std::string(address_class_id(pointer.address_class)));
  put(out, "address_note", pointer.note);
  put(out, "register", pointer.held_in);
  put_hex(out, "pointer", pointer.value);
  return out;
}

// Where the code's bytes stand in memory, where the fault's own frame prints its address.
std::optional<std::uint64_t> code_address(const Report& report) {
  const Frame* pc = own_pc(report);
  if (!report.code.fault_offset || !pc || pc->ref.pc != PcKind::exact || !pc->ref.address) return std::nullopt;
  return *pc->ref.address - *report.code.fault_offset;
}

Json instructions_json(const Report& report) {
  Json out = Json::array();
  const auto base = code_address(report);
  for (const auto& instruction : report.site.instructions) {
    Json one = Json::object();
    if (base) one["address"] = hex(*base + instruction.offset);
    one["offset"] = instruction.offset;
    put_number(one, "function_offset", instruction.function_offset);
    put(one, "bytes", hex_bytes(instruction.bytes));
    put(one, "text", instruction.text);
    put(one, "note", instruction.note);
    one["faulting"] = instruction.faulting;
    out.push_back(std::move(one));
  }
  return out;
}

Json code_json(const Report& report) {
  Json out = Json::object();
  put(out, "bytes", hex_bytes(report.code.bytes));
  put_number(out, "fault_offset", report.code.fault_offset);
  put(out, "problem", report.code.problem);
  put_all(out, "instructions", instructions_json(report));
  return out;
}

Json site_json(const FaultSite& site) {
  Json out = Json::object();
  put(out, "operation", std::string(operation_id(site.operation)));
  put(out, "base_register", site.base_register);
  put_hex(out, "base_value", site.base_value);
  put(out, "index_register", site.index_register);
  put_hex(out, "index_value", site.index_value);
  put_number(out, "displacement", site.displacement);
  put_hex(out, "effective_address", site.effective_address);
  put_number(out, "write", site.is_write);
  if (site.access_size) out["access_size"] = site.access_size;
  if (site.effective_address) out["agrees_with_fault_address"] = site.agrees_with_fault_address;
  put_all(out, "doubts", texts(site.doubts));
  return out;
}

Json cause_json(const Cause& cause) {
  Json out = Json::object();
  put(out, "expression", cause.expression);
  put(out, "type", cause.type);
  put(out, "member", cause.member);
  put_number(out, "offset", cause.offset);
  put_hex(out, "value", cause.value);
  out["confidence"] = confidence_id(cause.confidence);
  put(out, "function", cause.function);
  put(out, "reason", cause.reason);
  return out;
}

Json finding_json(const Finding& finding) {
  Json out = Json::object();
  put(out, "rule", finding.rule);
  put(out, "text", finding.text);
  put(out, "evidence", finding.evidence);
  out["confidence"] = confidence_id(finding.confidence);
  return out;
}

Json explanation_json(const Explanation& from, const std::optional<Cause>& cause) {
  Json out = Json::object();
  put(out, "summary", from.summary);
  if (cause) out["cause"] = cause_json(*cause);
  Json notes = Json::array(), findings = Json::array();
  for (const auto& finding : from.findings) {
    notes.push_back(valid_utf8(finding.text));
    findings.push_back(finding_json(finding));
  }
  put_all(out, "notes", std::move(notes));
  put_all(out, "findings", std::move(findings));
  put(out, "who", from.who);
  put(out, "why_fatal", from.why_fatal);
  put_all(out, "next_steps", texts(from.next_steps));
  return out;
}

void put_verdict(Json& out, const Report& report) {
  out["schema"] = "unoops.report/1";
  out["number"] = report.number;
  out["kind"] = report.kind ? valid_utf8(report.kind->id) : "unknown";
  out["severity"] = severity_id(report.severity);
  out["title"] = valid_utf8(report.title);
  put(out, "signature", report.signature);
  out["corrupted"] = report.corrupted;
  Json defects = Json::array();
  for (const auto& defect : report.defects) {
    Json one = {{"kind", defect_id(defect.kind)}};
    put(one, "text", defect.text);
    put_number(one, "line", defect.line);
    defects.push_back(std::move(one));
  }
  put_all(out, "defects", std::move(defects));
}

Json panic_json(const Panic& panic) {
  Json out = {{"reason", valid_utf8(panic.reason)}};
  if (panic.line) out["line"] = panic.line;
  return out;
}

Json follow_ups_json(const std::vector<FollowUp>& from) {
  Json out = Json::array();
  for (const auto& later : from) {
    Json one = Json::object();
    one["kind"] = later.kind->id;
    one["title"] = valid_utf8(later.title);
    one["signature"] = later.signature;
    put_number(one, "cpu", later.cpu);
    put_number(one, "pid", later.pid);
    put(one, "comm", later.comm);
    if (later.time_us) one["time"] = static_cast<double>(*later.time_us) / 1e6;
    one["line_first"] = later.line_first;
    one["line_last"] = later.line_last;
    out.push_back(std::move(one));
  }
  return out;
}

void put_place(Json& out, const Report& report) {
  put(out, "file", report.file);
  out["boot"] = report.boot;
  out["line_first"] = report.line_first;
  out["line_last"] = report.line_last;
  Json lines = Json::array();
  for (const auto& range : report.lines) lines.push_back({{"first", range.first}, {"last", range.last}});
  put_all(out, "lines", std::move(lines));
  if (report.time_us) out["time"] = static_cast<double>(*report.time_us) / 1e6;
  put(out, "wall_time", report.wall_time);
  put(out, "host", report.host);
  put(out, "caller", report.caller);
  put_number(out, "follows", report.follows);
  put_all(out, "followed_by", follow_ups_json(report.followed_by));
  if (report.panic) out["panic"] = panic_json(*report.panic);
}

void put_header(Json& out, const Report& report) {
  put_number(out, "cpu", report.cpu);
  put_number(out, "pid", report.pid);
  put_number(out, "uid", report.uid);
  put(out, "comm", report.comm);
  if (report.arch) put(out, "arch", report.arch->id);
  put_all(out, "kernel", kernel_json(report.kernel));
  put_all(out, "taint", taint_json(report.taint));
  put(out, "hardware", report.hardware);
  put(out, "workqueue", report.workqueue);
  put_number(out, "die_number", report.die_number);
  put(out, "headline", report.headline);
  put_all(out, "messages", texts(report.messages));
  Json facts = Json::object();
  for (const auto& [name, value] : report.facts) facts[valid_utf8(name)] = valid_utf8(value);
  put_all(out, "facts", std::move(facts));
}

Json modules_json(const std::vector<Module>& modules) {
  Json out = Json::array();
  for (const auto& module : modules) {
    Json one = {{"name", valid_utf8(module.name)}};
    put(one, "flags", module.flags);
    out.push_back(std::move(one));
  }
  return out;
}

Json culprit_json(const Report& report) {
  Json out = Json::object();
  put_number(out, "stack", report.culprit_stack);
  put_number(out, "frame", report.culprit_frame);
  return out;
}

Json report_json(const Report& report) {
  Json out = Json::object();
  put_verdict(out, report);
  put_place(out, report);
  put_header(out, report);
  put_all(out, "fault", fault_json(report.fault, report.site.bad_pointer));
  put_all(out, "registers", registers_json(report.registers));
  put_all(out, "user_registers", registers_json(report.user_registers));
  put_all(out, "code", code_json(report));
  put_all(out, "stacks", stacks_json(report));
  put_all(out, "culprit", culprit_json(report));
  put_all(out, "modules", modules_json(report.modules));
  put(out, "modules_unloaded", report.modules_unloaded);
  put_hex(out, "kernel_offset", report.kernel_offset);
  put_all(out, "site", site_json(report.site));
  put_all(out, "explanation", explanation_json(report.explanation, report.site.cause));
  put_all(out, "symbols", texts(report.symbol_notes));
  put_all(out, "warnings", texts(report.warnings));
  return out;
}

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(std::ostream& out) : out_(out) {}
  void report(const Report& report) override { out_ << report_json(report).dump() << '\n' << std::flush; }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Renderer> make_json(std::ostream& out, const RenderOptions&) {
  return std::make_unique<JsonRenderer>(out);
}

}  // namespace unoops::render
