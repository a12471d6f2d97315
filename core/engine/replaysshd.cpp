// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysshd.h"

#include "core/engine/batchring.h"

#include <optional>
#include <thread>

namespace bartizan {
namespace {

/// Gathers the attempts of a log in batches and enters them in the log of the replay, ahead of their being judged.
/// Thread: one of its own.
class Feed final : public SshdSink {
public:
    Feed(BatchRing &ring, MemoryLog &log, const ReplayOptions &options)
        : m_ring(ring), m_log(log), m_options(options), m_batch(ring.toFill())
    {
    }

    void attempt(const SshdRecord &record, std::uint32_t) override
    {
        if (m_batch == nullptr)
            return;
        EventView &row = m_batch->rows.emplace_back(record.event);
        m_batch->texts.keepTexts(row);
        if (m_batch->rows.size() == EventBatch::kRows) {
            handOver();
            m_batch = m_ring.toFill();
        }
    }
    void finish()
    {
        if (m_batch != nullptr && !m_batch->isEmpty())
            handOver();
        m_ring.end();
    }

private:
    void handOver()
    {
        if (m_options.place)
            m_options.place(m_batch->rows);
        m_log.appendNumbered(m_batch->rows);
        m_ring.filled();
    }

    BatchRing &m_ring;
    MemoryLog &m_log;
    const ReplayOptions &m_options;
    EventBatch *m_batch; ///< Null: nothing more is taken.
};

} // namespace

Result<SshdScanReport> replaySshd(const QString &path, const ImportOptions &import, const ReplayOptions &options,
                                  const DocumentSink &sink)
{
    Replay replay(options);
    BatchRing ring;
    std::optional<Result<SshdScanReport>> report;
    std::thread thread([&] {
        Feed feed(ring, replay.log(), options);
        report = scanSshdLog(path, import, feed);
        feed.finish();
    });
    while (EventBatch *batch = ring.toTake()) {
        replay.lateEvents(batch->rows);
        ring.taken();
    }
    thread.join();
    if (!*report)
        return report->error();
    replay.finish();
    replay.writeDocument(sink);
    return **report;
}

} // namespace bartizan
