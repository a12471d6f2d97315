// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"

#include "core/domain/companysize.h"
#include "core/domain/jsontext.h"
#include "core/ingest/batchfiller.h"
#include "core/ingest/batchwriter.h"
#include "core/ingest/csvreader.h"
#include "core/ingest/fingerprint.h"
#include "core/ingest/formatdetection.h"
#include "core/ingest/importtext.h"
#include "core/ingest/linereader.h"
#include "core/ingest/ndjsonreader.h"
#include "core/ingest/sshdscanner.h"
#include "core/ingest/sshdevent.h"
#include "core/domain/utf8.h"

#include <QFileInfo>

#include <system_error>
#include <thread>

namespace bartizan {
namespace {

/// The reading side of an import: lines in, batches of rows out. Thread: one of its own, so that the store writes a
/// batch while the next one is read, checked and fingerprinted.
class LogReading {
public:
    LogReading(LineReader &reader, const QString &path, const ImportOptions &options, BatchExchange &exchange)
        : m_reader(reader), m_path(path), m_options(options), m_company(options.companyId.value_or(std::string())),
          m_fingerprints(m_company), m_batch(exchange, reader, fileNameOf(path))
    {
        appendJsonString(m_fileJson, m_batch.fileName());
    }

    /// Reads to the end, or until the exchange is stopped. What was read before a fault of the file is good, and goes
    /// on its way.
    Result<void> run(ImportFormat format, const LocalTime &zone)
    {
        Result<void> read = format == ImportFormat::Sshd ? readSshd(zone)
            : format == ImportFormat::Csv                ? readCsv(zone)
                                                         : readNdjson(zone);
        m_batch.finish();
        if (read && !m_reader.error().message.isEmpty())
            read = m_reader.error();
        return read;
    }

    /// After run(): how many lines with events were not UTF-8.
    std::int64_t notUtf8() const noexcept { return m_notUtf8; }

private:
    static std::string fileNameOf(const QString &path)
    {
        return path == QLatin1String("-") ? "-" : QFileInfo(path).fileName().toStdString();
    }
    /// A line, or a record of several, that became the event of `builder`.
    void add(EventBuilder &builder, std::string_view text)
    {
        m_notUtf8 += isUtf8(text) ? 0 : 1;
        m_batch.add(std::move(builder.event()), m_fingerprints.of(text));
    }
    Result<void> readSshd(const LocalTime &zone);
    Result<void> readNdjson(const LocalTime &zone);
    Result<void> readCsv(const LocalTime &zone);
    static QString tooLong() { return ImportText::tr("is longer than %1 MiB").arg(LineReader::kMaxLine >> 20); }

    LineReader &m_reader;
    QString m_path;
    const ImportOptions &m_options;
    std::int64_t m_notUtf8 = 0;
    std::string m_company;
    Fingerprinter m_fingerprints;
    BatchFiller m_batch;
    std::string m_fileJson;
};

/// Turns attempts into rows.
class RowSink final : public SshdSink {
public:
    RowSink(BatchFiller &batch, Fingerprinter &fingerprints, std::string_view fileJson, std::int64_t &notUtf8)
        : m_batch(batch), m_fingerprints(fingerprints), m_fileJson(fileJson), m_notUtf8(notUtf8)
    {
    }
    void attempt(const SshdRecord &record, std::uint32_t repetition) override
    {
        m_notUtf8 += isUtf8(record.rawLine) ? 0 : 1;
        m_batch.add(eventOf(record, m_fileJson), m_fingerprints.of(record.rawLine, repetition));
    }

private:
    BatchFiller &m_batch;
    Fingerprinter &m_fingerprints;
    std::string_view m_fileJson;
    std::int64_t &m_notUtf8;
};

Result<void> LogReading::readSshd(const LocalTime &zone)
{
    const auto plan = surveyYears(m_reader, m_options, zone);
    if (!plan)
        return plan.error();
    RowSink sink(m_batch, m_fingerprints, m_fileJson, m_notUtf8);
    SshdScanner scanner(zone, *plan, m_company, sink);
    LineReader::Line line;
    while (!m_batch.stopped() && m_reader.next(line)) {
        const QString reason = line.tooLong ? tooLong() : scanner.line(line.text, line.number);
        if (!reason.isEmpty())
            m_batch.quarantine(line.number, reason, line.text);
        m_batch.setLines(line.number);
    }
    if (!m_batch.stopped() && !m_reader.cancelled() && m_reader.error().message.isEmpty())
        scanner.finish();
    return {};
}

Result<void> LogReading::readNdjson(const LocalTime &zone)
{
    EventBuilder builder(zone, m_company);
    NdjsonReader json(builder);
    LineReader::Line line;
    while (!m_batch.stopped() && m_reader.next(line)) {
        m_batch.setLines(line.number);
        if (line.text.find_first_not_of(" \t") == std::string_view::npos)
            continue;
        const QString reason = line.tooLong ? tooLong() : json.read(line.text, m_fileJson, line.number);
        if (reason.isEmpty())
            add(builder, line.text);
        else
            m_batch.quarantine(line.number, reason, line.text);
    }
    return {};
}

Result<void> LogReading::readCsv(const LocalTime &zone)
{
    EventBuilder builder(zone, m_company);
    CsvReader csv(builder);
    CsvRecords records(m_reader);
    CsvRecords::Record record;
    if (!records.next(record))
        return {};
    if (auto header = csv.setHeader(record); !header)
        return Error{ImportText::tr("%1: %2").arg(m_path, header.error().message)};
    while (!m_batch.stopped() && records.next(record)) {
        m_batch.setLines(records.lines());
        const QString reason = csv.read(record, m_fileJson);
        if (reason.isEmpty())
            add(builder, record.text);
        else
            m_batch.quarantine(record.line, reason, record.text);
    }
    return {};
}

} // namespace

Result<ImportReport> importFile(const QString &path, const ImportOptions &options, AuditLog &log,
                                const ImportObserver &observer)
{
    const auto zone = LocalTime::of(options.timeZone);
    if (!zone)
        return zone.error();
    if (options.companyId && options.companyId->size() > kMostCompanyBytes)
        return Error{ImportText::tr("%1 is longer than %2 bytes").arg(QLatin1String("companyId")).arg(kMostCompanyBytes)};
    auto reader = LineReader::open(path, options.onlyRegularFiles ? LineReader::Accept::RegularFiles
                                                                  : LineReader::Accept::Anything);
    if (!reader)
        return reader.error();
    BatchExchange exchange;
    reader->setCancel(observer.cancel, &exchange.stopped());
    const auto format = options.format == ImportFormat::Auto ? detectFormat(*reader, path) : options.format;
    if (!format)
        return format.error();
    LogReading reading(*reader, path, options, exchange);
    Result<void> read;
    std::thread thread;
    try {
        thread = std::thread([&] { read = reading.run(*format, *zone); });
    } catch (const std::system_error &error) {
        return Error{ImportText::tr("Cannot read %1: %2").arg(path, QString::fromLocal8Bit(error.what()))};
    }
    BatchWriter writer(exchange, log, observer);
    const Result<void> written = writer.run();
    thread.join();
    if (!written)
        return written.error();
    if (!read)
        return read.error();
    ImportReport report = writer.report(*format);
    report.notUtf8 = reading.notUtf8();
    return report;
}

} // namespace bartizan
