// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayinput.h"

#include "core/engine/batchring.h"
#include "core/engine/eventlinereader.h"
#include "core/engine/replaycontrol.h"
#include "core/ingest/linereader.h"

#include <QCoreApplication>

#include <limits>
#include <thread>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ReplayInput", text);
}

/// Reads a stream into batches and enters its events in the log, ahead of their being judged. At a control line it
/// waits until that is carried out, which may ask for the log as of then. Thread: one of its own.
class ReadAhead {
public:
    ReadAhead(LineReader &reader, BatchRing &ring, MemoryLog &log, const ReplayOptions &options)
        : m_reader(reader), m_ring(ring), m_log(log), m_options(options)
    {
        m_reader.setCancel(&ring.stopped());
    }

    void run()
    {
        m_batch = m_ring.toFill();
        LineReader::Line line;
        while (m_batch != nullptr && m_reader.next(line))
            take(line);
        if (m_batch != nullptr && !m_reader.error().message.isEmpty())
            m_batch->error = m_reader.error().message;
        if (m_batch != nullptr && !m_batch->isEmpty())
            handOver();
        m_ring.end();
    }

private:
    void take(const LineReader::Line &line)
    {
        if (line.tooLong) {
            fail(line.number, tr("the line is too long"));
            return;
        }
        const auto kind = m_lines.read(line.text, *m_batch);
        if (!kind) {
            fail(line.number, kind.error().message);
        } else if (*kind == LineKind::Event) {
            takeEvent(line.number);
        } else if (*kind == LineKind::Control) {
            m_batch->lastLine = line.number;
            handOver();
            m_batch = m_ring.drain() ? m_ring.toFill() : nullptr;
        }
    }
    void takeEvent(std::int64_t number)
    {
        const EventView &row = m_batch->rows.back();
        m_batch->lines.push_back(number);
        // A time that goes back is an error: told at once, though the next line may be long in coming.
        const bool goesBack = row.timestamp < m_last;
        m_last = row.timestamp;
        if (goesBack || m_batch->rows.size() == EventBatch::kRows) {
            handOver();
            m_batch = m_ring.toFill();
        }
    }
    void fail(std::int64_t number, const QString &reason)
    {
        m_batch->error = reason;
        m_batch->lastLine = number;
        handOver();
        m_batch = nullptr;
    }
    void handOver()
    {
        if (m_options.place)
            m_options.place(m_batch->rows);
        m_log.appendNumbered(m_batch->rows);
        m_ring.filled();
    }

    LineReader &m_reader;
    BatchRing &m_ring;
    MemoryLog &m_log;
    const ReplayOptions &m_options;
    EventLineReader m_lines;
    EventBatch *m_batch = nullptr; ///< Null: nothing more is taken.
    TimestampMs m_last = std::numeric_limits<TimestampMs>::min();
};

/// Judges a batch and carries out what stands behind it; an error names the line.
Result<void> judge(EventBatch &batch, Replay &replay, ReplayControl &control, const QString &path)
{
    const auto at = [&path](std::int64_t line, const Error &error) {
        return Error{tr("%1, line %2: %3").arg(path).arg(line).arg(error.message)};
    };
    if (const std::size_t taken = replay.events(batch.rows); taken < batch.rows.size())
        return at(batch.lines[taken], replay.timeGoesBackTo(batch.rows[taken].timestamp));
    if (!batch.control.empty()) {
        if (const auto done = control.line(batch.control); !done)
            return at(batch.lastLine, done.error());
    }
    if (!batch.error.isEmpty())
        return batch.lastLine == 0 ? Error{batch.error} : at(batch.lastLine, Error{batch.error});
    return {};
}

} // namespace

Result<void> replayNdjson(const QString &path, const ReplayOptions &options, const DocumentSink &sink)
{
    auto reader = LineReader::open(path);
    if (!reader)
        return reader.error();
    Replay replay(options);
    ReplayControl control(replay);
    BatchRing ring;
    ReadAhead ahead(*reader, ring, replay.log(), options);
    std::thread thread([&ahead] { ahead.run(); });
    Result<void> done;
    for (EventBatch *batch = ring.toTake(); batch != nullptr && done; batch = done ? ring.toTake() : nullptr) {
        done = judge(*batch, replay, control, path);
        ring.taken();
    }
    ring.stop();
    thread.join();
    if (!done)
        return done;
    replay.finish();
    replay.writeDocument(sink);
    return {};
}

} // namespace bartizan
