// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"

#include "core/domain/jsontext.h"
#include "core/ingest/csvreader.h"
#include "core/ingest/fingerprint.h"
#include "core/ingest/formatdetection.h"
#include "core/ingest/importbatch.h"
#include "core/ingest/importtext.h"
#include "core/ingest/linereader.h"
#include "core/ingest/ndjsonreader.h"
#include "core/ingest/sshdscanner.h"
#include "core/ingest/sshdevent.h"

#include <QFileInfo>

namespace bartizan {
namespace {

/// One import: the file's lines on one side, batches of rows on the other.
class Import {
public:
    Import(LineReader &reader, std::string fileName, const ImportOptions &options, AuditLog &log,
           const ImportObserver &observer)
        : m_reader(reader), m_options(options), m_company(options.companyId.value_or(std::string())),
          m_fingerprints(m_company), m_batch(log, observer, std::move(fileName))
    {
        appendJsonString(m_fileJson, m_batch.fileName());
    }

    Result<ImportReport> run(ImportFormat format, const LocalTime &zone)
    {
        const Result<void> read = format == ImportFormat::Sshd ? readSshd(zone)
            : format == ImportFormat::Csv                      ? readCsv(zone)
                                                               : readNdjson(zone);
        if (!read)
            return read.error();
        // What was read before a fault of the file is good: it stays.
        m_batch.flush();
        if (m_batch.failed())
            return m_batch.state().error();
        if (!m_reader.error().message.isEmpty())
            return m_reader.error();
        return m_batch.report(format, m_reader);
    }

private:
    Result<void> readSshd(const LocalTime &zone);
    Result<void> readNdjson(const LocalTime &zone);
    Result<void> readCsv(const LocalTime &zone);
    static QString tooLong() { return ImportText::tr("is longer than %1 MiB").arg(LineReader::kMaxLine >> 20); }

    LineReader &m_reader;
    const ImportOptions &m_options;
    std::string m_company;
    Fingerprinter m_fingerprints;
    ImportBatch m_batch;
    std::string m_fileJson;
};

/// Turns attempts into rows.
class RowSink final : public SshdSink {
public:
    RowSink(ImportBatch &batch, Fingerprinter &fingerprints, std::string_view fileJson)
        : m_batch(batch), m_fingerprints(fingerprints), m_fileJson(fileJson)
    {
    }
    void attempt(const SshdRecord &record, std::uint32_t repetition) override
    {
        m_batch.add(eventOf(record, m_fileJson), m_fingerprints.of(record.rawLine, repetition));
    }

private:
    ImportBatch &m_batch;
    Fingerprinter &m_fingerprints;
    std::string_view m_fileJson;
};

Result<void> Import::readSshd(const LocalTime &zone)
{
    const auto plan = surveyYears(m_reader, m_options, zone);
    if (!plan)
        return plan.error();
    RowSink sink(m_batch, m_fingerprints, m_fileJson);
    SshdScanner scanner(zone, *plan, m_company, sink);
    LineReader::Line line;
    while (!m_batch.failed() && m_reader.next(line)) {
        const QString reason = line.tooLong ? tooLong() : scanner.line(line.text, line.number);
        if (!reason.isEmpty())
            m_batch.quarantine(line.number, reason, line.text);
        m_batch.tell(m_reader, line.number);
    }
    if (!m_batch.failed() && !m_batch.cancelled() && m_reader.error().message.isEmpty())
        scanner.finish();
    return m_batch.state();
}

Result<void> Import::readNdjson(const LocalTime &zone)
{
    EventBuilder builder(zone, m_company);
    NdjsonReader json(builder);
    LineReader::Line line;
    while (!m_batch.failed() && m_reader.next(line)) {
        m_batch.tell(m_reader, line.number);
        if (line.text.find_first_not_of(" \t") == std::string_view::npos)
            continue;
        const QString reason = line.tooLong ? tooLong() : json.read(line.text, m_fileJson, line.number);
        if (reason.isEmpty())
            m_batch.add(std::move(builder.event()), m_fingerprints.of(line.text));
        else
            m_batch.quarantine(line.number, reason, line.text);
    }
    return m_batch.state();
}

Result<void> Import::readCsv(const LocalTime &zone)
{
    EventBuilder builder(zone, m_company);
    CsvReader csv(builder);
    CsvRecords records(m_reader);
    CsvRecords::Record record;
    if (!records.next(record))
        return {};
    if (auto header = csv.setHeader(record); !header)
        return header;
    while (!m_batch.failed() && records.next(record)) {
        m_batch.tell(m_reader, records.lines());
        const QString reason = csv.read(record, m_fileJson);
        if (reason.isEmpty())
            m_batch.add(std::move(builder.event()), m_fingerprints.of(record.text));
        else
            m_batch.quarantine(record.line, reason, record.text);
    }
    return m_batch.state();
}

} // namespace

Result<ImportReport> importFile(const QString &path, const ImportOptions &options, AuditLog &log,
                                const ImportObserver &observer)
{
    const auto zone = LocalTime::of(options.timeZone);
    if (!zone)
        return zone.error();
    auto reader = LineReader::open(path);
    if (!reader)
        return reader.error();
    reader->setCancel(observer.cancel);
    const auto format = options.format == ImportFormat::Auto ? detectFormat(*reader, path) : options.format;
    if (!format)
        return format.error();
    const bool standardInput = path == QLatin1String("-");
    const std::string name = standardInput ? "-" : QFileInfo(path).fileName().toStdString();
    return Import(*reader, name, options, log, observer).run(*format, *zone);
}

} // namespace bartizan
