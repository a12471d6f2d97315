// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/mutepreview.h"

#include "core/domain/rulegroup.h"
#include "core/ports/alertstore.h"

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

constexpr std::size_t kAtOnce = 2000;

bool isTruePositive(const SecurityAlert &alert)
{
    return alert.disposition == AlertDisposition::TruePositive;
}

/// What an analyst should see first stands first.
bool before(const SecurityAlert &a, const SecurityAlert &b)
{
    const auto key = [](const SecurityAlert &alert) {
        return std::tuple(!isTruePositive(alert), !alert.isActive(), -alert.timestamp);
    };
    return key(a) < key(b);
}

/// Keeps the first kNamed of all alerts in their order.
void keepNamed(std::vector<SecurityAlert> &named)
{
    std::stable_sort(named.begin(), named.end(), before);
    named.resize(std::min(named.size(), MutePreview::kNamed));
}

class Previewer {
public:
    Previewer(AlertStore &store, const Mute &mute) : m_store(store), m_matcher(mute)
    {
        m_query.rule = mute.rule;
        m_query.newestFirst = true;
        m_query.limit = kAtOnce;
        if (mute.network.empty() || groupParts(mute.group).kind != GroupKind::Address)
            m_query.group = mute.group;
    }

    Result<void> look(TimeRange range, const std::atomic<bool> *cancel)
    {
        AlertQuery query = m_query;
        query.range = range;
        while (cancel == nullptr || !*cancel) {
            auto alerts = m_store.alerts(query);
            if (!alerts)
                return alerts.error();
            const bool last = alerts->size() < kAtOnce;
            if (!last)
                query.after = AlertKey{alerts->back().timestamp, alerts->back().id};
            for (SecurityAlert &alert : *alerts) {
                if (m_matcher.matches(alert))
                    count(std::move(alert));
            }
            keepNamed(preview.named);
            if (last)
                return {};
        }
        return {};
    }

    MutePreview preview;

private:
    void count(SecurityAlert &&alert)
    {
        ++preview.alerts;
        preview.hits += 1 + alert.repeats;
        preview.truePositives += isTruePositive(alert) ? 1 : 0;
        preview.active += alert.isActive() ? 1 : 0;
        preview.named.push_back(std::move(alert));
    }

    AlertStore &m_store;
    const MuteMatcher m_matcher;
    AlertQuery m_query;
};

} // namespace

Result<MutePreview> previewMute(AlertStore &store, const Mute &mute, TimestampMs now, const MutePreviewObserver &observer)
{
    Previewer previewer(store, mute);
    constexpr std::int64_t kDays = MutePreview::kSpan / kDay;
    for (std::int64_t day = 0; day < kDays; ++day) {
        const TimestampMs end = now - day * kDay;
        if (auto looked = previewer.look({end - kDay + 1, end}, observer.cancel); !looked)
            return looked.error();
        if (observer.cancel && *observer.cancel) {
            previewer.preview.cancelled = true;
            break;
        }
        if (observer.progress)
            observer.progress(day + 1, kDays);
    }
    previewer.preview.range = {now - MutePreview::kSpan + 1, now};
    return std::move(previewer.preview);
}

} // namespace bartizan
