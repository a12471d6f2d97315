// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysshd.h"

namespace bartizan {
namespace {

class Feed final : public SshdSink {
public:
    explicit Feed(Replay &replay) : m_replay(replay) {}
    void attempt(const SshdRecord &record, std::uint32_t) override { m_replay.lateEvent(record.event); }

private:
    Replay &m_replay;
};

} // namespace

Result<SshdReplay> replaySshd(const QString &path, const ImportOptions &import, const ReplayOptions &options)
{
    Replay replay(options);
    Feed feed(replay);
    auto report = scanSshdLog(path, import, feed);
    if (!report)
        return report.error();
    replay.finish();
    return SshdReplay{replay.document(), *report};
}

} // namespace bartizan
