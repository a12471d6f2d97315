// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/importreporter.h"

#include "app/ctl/commands.h"
#include "app/ctl/terminal.h"
#include "core/report/jsonwriter.h"

namespace bartizan::ctl {
namespace {

const char *nameOf(ImportFormat format)
{
    switch (format) {
    case ImportFormat::Ndjson: return "ndjson";
    case ImportFormat::Csv: return "csv";
    case ImportFormat::Sshd: return "sshd";
    case ImportFormat::Auto: break;
    }
    return "auto";
}

/// "-" is standard input for people as well.
QString shownName(const QString &file)
{
    return file == QLatin1String("-") ? Text::tr("standard input") : file;
}

QString progressLine(const QString &file, const ImportProgress &progress)
{
    const QString lines = Text::tr("%1: %2 lines read").arg(shownName(file)).arg(progress.lines);
    if (progress.bytesTotal <= 0)
        return lines;
    return lines + Text::tr(", %1 %").arg(100 * progress.bytesRead / progress.bytesTotal);
}

/// What became of letters in another encoding, and how to keep them.
QString notUtf8(const QString &file, std::int64_t lines)
{
    return Text::tr("%1: lines with bytes that are no UTF-8: %2; these bytes became U+FFFD. Where the file is in another "
                    "encoding, 'iconv -f LATIN1 -t UTF-8' before the import keeps its letters.")
        .arg(shownName(file)).arg(lines);
}

/// What becomes of events that nobody will see for long.
QString expired(const QString &file, std::int64_t events)
{
    return Text::tr("%1: imported events that are older than what is kept of the log ('init --keep-months'): %2; the engine drops "
                    "them.")
        .arg(shownName(file)).arg(events);
}

class PlainReporter final : public ImportReporter {
public:
    explicit PlainReporter(Terminal &terminal) : m_terminal(terminal) {}

    ImportObserver begin(const QString &file) override
    {
        m_file = file;
        ImportObserver observer;
        observer.progress = [this](const ImportProgress &progress) {
            m_terminal.progress(progressLine(m_file, progress));
        };
        observer.quarantined = [this](const QuarantinedLine &line) {
            ++m_quarantined;
            m_terminal.write(printable(Text::tr("%1, line %2: quarantined: %3")
                                           .arg(shownName(m_file))
                                           .arg(line.line)
                                           .arg(QString::fromStdString(line.reason))
                                           .toStdString())
                             + '\n');
        };
        return observer;
    }
    void end(const ImportReport &report) override
    {
        m_terminal.progress({});
        const ImportProgress &totals = report.totals;
        const std::int64_t others = totals.lines - totals.imported - totals.duplicates - totals.quarantined;
        // Lines of sshd, and of others in the same file, that are about no log-in.
        const QString rest = report.format == ImportFormat::Sshd && others > 0
            ? Text::tr(", about no log-in %1").arg(others) : QString();
        m_terminal.write(printable(Text::tr("%1 (%2): lines %3, imported %4, duplicates skipped %5, quarantined %6")
                                       .arg(shownName(m_file), QLatin1String(nameOf(report.format)))
                                       .arg(report.totals.lines)
                                       .arg(report.totals.imported)
                                       .arg(report.totals.duplicates)
                                       .arg(report.totals.quarantined)
                                       .append(rest)
                                       .toStdString())
                         + '\n');
        if (report.notUtf8 > 0)
            m_terminal.note(notUtf8(m_file, report.notUtf8));
        if (report.expired > 0)
            m_terminal.note(expired(m_file, report.expired));
    }
    void abandon() override { m_terminal.progress({}); }
    void finish() override {}
    std::int64_t quarantined() const override { return m_quarantined; }

private:
    Terminal &m_terminal;
    QString m_file;
    std::int64_t m_quarantined = 0;
};

class JsonReporter final : public ImportReporter {
public:
    explicit JsonReporter(Terminal &terminal) : m_terminal(terminal)
    {
        m_json.beginObject();
        m_json.key("files");
        m_json.beginArray();
    }

    ImportObserver begin(const QString &file) override
    {
        m_json.beginObject();
        m_json.key("file");
        m_json.text(file.toStdString());
        m_json.key("quarantinedLines");
        m_json.beginArray();
        ImportObserver observer;
        observer.progress = [this, file](const ImportProgress &progress) {
            m_terminal.progress(progressLine(file, progress));
        };
        observer.quarantined = [this](const QuarantinedLine &line) {
            ++m_quarantined;
            m_json.beginObject();
            m_json.key("line");
            m_json.number(line.line);
            m_json.key("reason");
            m_json.text(line.reason);
            m_json.key("text");
            m_json.text(line.text);
            m_json.endObject();
            m_terminal.writeData(m_json.take());
        };
        return observer;
    }
    void end(const ImportReport &report) override
    {
        m_json.endArray();
        m_json.key("format");
        m_json.text(nameOf(report.format));
        writeNumber("lines", report.totals.lines);
        writeNumber("imported", report.totals.imported);
        writeNumber("duplicates", report.totals.duplicates);
        writeNumber("quarantined", report.totals.quarantined);
        writeNumber("notUtf8", report.notUtf8);
        writeNumber("olderThanKept", report.expired);
        closeFile(false);
    }
    void abandon() override
    {
        m_json.endArray();
        closeFile(true);
    }
    void finish() override
    {
        m_json.endArray();
        m_json.endObject();
        m_terminal.writeData(m_json.take() + '\n');
    }
    std::int64_t quarantined() const override { return m_quarantined; }

private:
    void writeNumber(std::string_view name, std::int64_t value)
    {
        m_json.key(name);
        m_json.number(value);
    }
    void closeFile(bool failed)
    {
        m_json.key("failed");
        m_json.boolean(failed);
        m_json.endObject();
        m_terminal.progress({});
    }

    Terminal &m_terminal;
    JsonWriter m_json;
    std::int64_t m_quarantined = 0;
};

} // namespace

std::unique_ptr<ImportReporter> makeImportReporter(Terminal &terminal, bool json)
{
    if (json)
        return std::make_unique<JsonReporter>(terminal);
    return std::make_unique<PlainReporter>(terminal);
}

} // namespace bartizan::ctl
