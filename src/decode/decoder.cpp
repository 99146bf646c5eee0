// Bytes → lines → LogLines → Reports, + Locations, + FaultSite, + Explanation: the stages, joined.
#include "unoops/decoder.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/rooms.hpp"
#include "decode/dumps.hpp"
#include "decode/log_end.hpp"
#include "decode/report_lines.hpp"
#include "decode/sequence.hpp"
#include "explain/explain.hpp"
#include "input/line_splitter.hpp"
#include "input/log_reader.hpp"
#include "inspect/inspect.hpp"
#include "parse/dump.hpp"
#include "parse/report_parser.hpp"
#include "parse/section_index.hpp"
#include "scan/quiet_path.hpp"
#include "source/source_check.hpp"
#include "source/upkeep.hpp"
#include "symbols/kernel_cache.hpp"
#include "symbols/symbolize.hpp"
#include "unoops/known.hpp"

namespace unoops {

using namespace decode;

class Decoder::Impl {
 public:
  Impl(DecodeOptions options, Sink sink)
      : options_(std::move(options)),
        sink_(std::move(sink)),
        kernels_(options_.symbols, [this] { dumps_.forget(); }),
        source_(options_.source_dirs),
        upkeep_(source_),
        parser_(report_parser("")),
        reader_(report_reader()),
        hosts_(host_reader()),
        splitter_([this](const RawLine& line) { read(line); }),
        quiet_(splitter_, reader_, parser_),
        report_lines_(report_lines()) {}

  void listen(LineListener& listener) { listener_ = &listener; }

  void start_source(const std::string& name) {
    finish();
    in_source_ = true;
    kernels_.new_log();
    lines_ += splitter_.lines() + report_lines_.lines();
    report_lines_ = report_lines();
    form_ = Form::unknown;
    reader_ = report_reader();
    hosts_ = host_reader();
    splitter_ = LineSplitter([this](const RawLine& line) { read(line); });
    parser_ = report_parser(name);
    dump_.reset();
    from_memory_ = log_is_there_ = false;
    name_ = name;
    log_end_ = {};
  }
  void feed(std::string_view bytes) {
    in_source_ = true;
    if (options_.read_reports && form_ != Form::log && feed_reports(bytes)) return;
    feed_log(bytes);
  }
  void feed_log(std::string_view bytes) {
    form_ = Form::log;
    if (options_.quiet_path && sink_ && !listener_)
      quiet_.feed(bytes);
    else
      splitter_.feed(bytes);
  }
  void dump(const CrashDump& dump) {
    dump_ = dump;
    parser_.dump(dump);
  }
  void flush() {
    if (form_ == Form::reports) return;
    reader_.flush();
    parser_.flush();
  }
  void flush_until(std::uint64_t line) {
    if (line > lines_) parser_.flush_until(line - lines_);
  }
  void finish() {
    if (!in_source_) return;
    if (form_ == Form::unknown && !begun_.empty()) feed_log(std::exchange(begun_, {}));
    if (dump_ && splitter_.lines() == 0) feed_from_memory();
    in_source_ = false;
    report_lines_.finish();
    splitter_.finish();
    reader_.finish();
    parser_.finish();
    if (dump_ && sink_ && !from_memory_ && !log_end_.is_told()) tell_of_memory();
    sequence_.end_source(boots());
    if (!listener_) return;
    tell_kernel();
    listener_->flush();
  }

  std::uint64_t lines() const { return lines_ + splitter_.lines() + report_lines_.lines(); }
  int boots() const { return form_ == Form::reports ? report_lines_.boots() : parser_.boots(); }
  std::uint64_t bad_lines() const { return report_lines_.bad_lines(); }
  KernelCache& kernels() { return kernels_; }

  // In this order, because naming the bad pointer needs the frames' source lines, and the words need both.
  void explain(Report& report, const DumpBytes& dump) {
    if (!options_.explain) return;
    FileStore* files =
        options_.symbols.none ? nullptr : &kernels_.of(identity_of(report.kernel, report.arch, report.kernel_offset));
    if (files && report.machine)
      stage(report, "the memory", [&] { dumps_.examine(report, dump, *files, options_.all_tasks); });
    if (files) stage(report, "source lines", [&] { symbolize(report, *files); });
    inspect(report, files);
    if (files && report.machine)
      stage(report, "the values in memory", [&] { dumps_.add_values(report, dump, *files, options_.all_tasks); });
    if (files) note_files(report, *files);
    if (source_.is_open()) stage(report, "the source", [&] { read_source(report, source_); });
    stage(report, "the explanation", [&] { explain_report(report); });
    if (source_.is_open()) stage(report, "who looks after the file", [&] { upkeep_.read(report); });
  }

  // What was found out with a file that must not be used any more is forgotten.
  void inspect(Report& report, FileStore* files) {
    const FaultSite before = report.site;
    if (!stage(report, "the faulting code", [&] { inspect_fault(report, files); })) report.site = before;
    while (files && files->drop_refused()) {
      report.site = before;
      stage(report, "source lines", [&] { look_up(report, *files); });
      if (!stage(report, "the faulting code", [&] { inspect_fault(report, files); })) report.site = before;
    }
  }

  // Whatever a stage throws costs what it had to tell, not the report. False: it threw.
  template <class Stage>
  static bool stage(Report& report, const char* what, Stage run) {
    try {
      run();
      return true;
    } catch (const std::exception& error) {
      report.warnings.push_back(std::string(what) + " is not told: " + error.what());
      return false;
    }
  }

  void hand_out(Report&& report) { hand_out(std::move(report), dump_ ? dump_->bytes : nullptr); }
  void hand_out(Report&& report, DumpBytes dump) {
    if (from_memory_) {
      // No log was cut: what the memory holds is all that there is.
      std::erase_if(report.defects, [](const Defect& d) { return d.kind == DefectKind::no_end; });
      report.warnings.emplace_back(log_is_there_
                                       ? "the log tells of no crash: this report is made of the dump's memory alone"
                                       : "the log is not in the dump: this report is made of its memory alone");
    }
    if (dump_) log_end_.note(report);
    if (report.host.empty()) report.host = options_.host;
    if (options_.known) options_.known->tell(report);
    if (options_.apart || sequence_.take(report)) return sink_(ParsedReport(*this, std::move(report), std::move(dump)));
    if (!std::exchange(said_once_, true) && options_.warn)
      options_.warn((report.file.empty() ? "standard input" : report.file) +
                    " tells again what an earlier file told: reports of the same time, task and words are told once");
  }
  void end_adopted(const SourceEnd& end) {
    sequence_.end_source(end.boots);
    kernels_.new_log();
    lines_ += end.lines;
  }

 private:
  enum class Form { unknown, log, reports };

  // False: the bytes, with those before them that are in bytes again, are a log.
  bool feed_reports(std::string_view& bytes) {
    if (form_ == Form::unknown) {
      begun_ += bytes;
      const auto is_reports = begins_reports(begun_);
      if (!is_reports) return true;
      whole_ = std::exchange(begun_, {});
      bytes = whole_;
      if (!*is_reports) return false;
      form_ = Form::reports;
    }
    report_lines_.feed(bytes);
    return true;
  }
  ReportLines report_lines() {
    return ReportLines([this](Report&& report) { hand_out(std::move(report), nullptr); });
  }

  // Which log it is of: there may be thousands.
  std::function<void(std::string_view)> warn_of(const std::string& file) const {
    if (!options_.warn || file.empty()) return options_.warn;
    return [this, file](std::string_view words) { options_.warn(file + ": " + std::string(words)); };
  }
  ReportParser report_parser(const std::string& file) {
    return {file, [this](Report&& report) { hand_out(std::move(report)); },
            ParseOptions{options_.fold, options_.explain_parse, warn_of(file)}};
  }
  LogReader report_reader() {
    return LogReader([this](const LogLine& line) { parser_.read(line); }, begins_known_line);
  }
  LogReader host_reader() {
    return LogReader([this](const LogLine& line) { host_ = line.host; });
  }

  // No report of the log tells how the machine stopped: what its memory tells of that.
  void tell_of_memory() {
    if (options_.symbols.none) return;
    auto* files = dump_files();
    auto* machine = files ? dumps_.machine_of(dump_->bytes, *files) : nullptr;
    if (!machine) return;
    if (!machine->panicked_cpu()) return tell_live(*files);
    if (log_end_.last_number() != 0) return;
    lines_ += splitter_.lines();
    reader_ = report_reader();
    splitter_ = LineSplitter([this](const RawLine& line) { read(line); });
    parser_ = report_parser(name_);
    from_memory_ = log_is_there_ = true;
    feed(dumps_.lines_of_panic(dump_->bytes, *files));
    splitter_.finish();
    reader_.finish();
    parser_.finish();
  }

  // A machine that nobody had stopped, where no report of its log shows how it was.
  void tell_live(FileStore& files) {
    if (!dump_->crash_time.empty()) return;
    Report report = begin_live(*dump_, parser_.kernel());
    if (std::ranges::any_of(log_end_.lasting(), [&](Report& r) { return dumps_.shows(r, dump_->bytes, files); }))
      return;
    report.number = log_end_.last_number() + 1;
    report.file = name_;
    report.boot = std::max(parser_.boots(), 1);
    report.line_first = report.line_last = std::max<std::uint64_t>(splitter_.lines(), 1);
    stage(report, "the memory", [&] { dumps_.examine(report, dump_->bytes, files, options_.all_tasks); });
    finish_live(report);
    hand_out(std::move(report));
  }

  // That no vmlinux was found is told only where one was asked for. Null: there is none.
  FileStore* dump_files() {
    Kernel kernel;
    kernel.release = dump_->release;
    kernel.build_id = dump_->build_id;
    const auto identity = identity_of(kernel, dump_->arch, dump_->kernel_offset);
    return options_.symbols.vmlinux.empty() ? kernels_.with_vmlinux(identity) : &kernels_.of(identity);
  }

  // A dump whose log is not in it still has the stack on which the kernel stopped.
  void feed_from_memory() {
    if (options_.symbols.none || !sink_) return;
    auto* files = dump_files();
    if (!files) return;
    from_memory_ = true;
    feed(dumps_.lines_of_panic(dump_->bytes, *files));
  }

  void read(const RawLine& line) {
    if (sink_) reader_.read(line);
    if (!listener_) return;
    tell_kernel();
    listener_->read(line, host_of(line));
  }

  void tell_kernel() {
    const Kernel& kernel = parser_.kernel();
    if (kernel == told_) return;
    told_ = kernel;
    listener_->kernel(identity_of(kernel, nullptr, std::nullopt));
  }

  // A reader of its own, because reader_ may keep a line back until it has seen the next ones, and the listener can't wait.
  std::string_view host_of(const RawLine& line) {
    host_.clear();
    if (!listener_->wants_host()) return host_;
    hosts_.read(line);
    hosts_.flush();
    return host_;
  }

  static KernelIdentity identity_of(const Kernel& kernel, const ArchInfo* arch, std::optional<std::uint64_t> offset) {
    return {kernel.release, kernel.banner, kernel.build_id, arch, offset, kernel.version};
  }

  const DecodeOptions options_;
  const Sink sink_;
  LineListener* listener_ = nullptr;
  Kernel told_;  // the listener
  KernelCache kernels_;
  Dumps dumps_;
  SourceTree source_;
  UpkeepReader upkeep_;
  ReportParser parser_;  // of the source that is read
  Sequence sequence_;
  bool said_once_ = false;  // that a report which two sources tell of is told once
  LogReader reader_, hosts_;
  std::string host_;  // of the line that hosts_ reads
  LineSplitter splitter_;
  QuietPath quiet_;
  Form form_ = Form::unknown;  // of the source
  std::string begun_, whole_;  // its first bytes, as long as they do not tell its form
  ReportLines report_lines_;
  bool in_source_ = false;
  std::optional<CrashDump> dump_;
  bool from_memory_ = false;   // the source's lines are those of dumps_
  bool log_is_there_ = false;  // but the source's own do not tell of the crash
  LogEnd log_end_;             // of the dump's log
  std::string name_;           // of the source
  std::uint64_t lines_ = 0;    // of the sources before this one
};

Decoder::Decoder(DecodeOptions options, Sink sink)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(sink))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

void Decoder::listen(LineListener& listener) { impl_->listen(listener); }
void Decoder::start_source(const std::string& name) { impl_->start_source(name); }
void Decoder::dump(const CrashDump& dump) { impl_->dump(dump); }
void Decoder::feed(std::string_view bytes) { impl_->feed(bytes); }
void Decoder::flush() { impl_->flush(); }
void Decoder::flush_until(std::uint64_t line) { impl_->flush_until(line); }
void Decoder::finish() { impl_->finish(); }
void Decoder::adopt(Report&& report, DumpBytes dump) { impl_->hand_out(std::move(report), std::move(dump)); }
void Decoder::end_adopted(const SourceEnd& end) { impl_->end_adopted(end); }
int Decoder::boots() const { return impl_->boots(); }
std::uint64_t Decoder::bad_lines() const { return impl_->bad_lines(); }
std::uint64_t Decoder::lines() const { return impl_->lines(); }
Symbolizer& Decoder::symbolizer() { return impl_->kernels(); }

Report ParsedReport::explained() && {
  decoder_->explain(report_, dump_);
  return std::move(report_);
}

std::vector<Report> decode_log(std::string_view bytes, const DecodeOptions& options) {
  std::vector<Report> reports;
  Decoder decoder(options, [&](ParsedReport&& report) { reports.push_back(std::move(report).explained()); });
  decoder.feed(bytes);
  decoder.finish();
  return reports;
}

Expected<std::vector<Report>> decode_file(const std::string& path, const DecodeOptions& options) {
  auto sources = open_sources(path);
  if (!sources) return tl::unexpected(sources.error());
  std::vector<Report> reports;
  Decoder decoder(options, [&](ParsedReport&& report) { reports.push_back(std::move(report).explained()); });
  for (const auto& source : *sources) {
    decoder.start_source(source->name());
    for (;;) {
      const auto bytes = source->read();
      if (!bytes) return tl::unexpected(bytes.error());
      if (bytes->empty()) break;
      if (source->dump()) decoder.dump(*source->dump());
      decoder.feed(*bytes);
    }
  }
  decoder.finish();
  return reports;
}

}  // namespace unoops
