// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// A request names a known vulnerability scanner as its user agent. Every such request is a hit; it has no window.
class ScannerUserAgentRule final : public Rule {
public:
    ScannerUserAgentRule() : Rule(RuleId::ScannerUserAgent) {}

    bool concerns(SecurityEventType, AuditOutcome) const noexcept override { return true; }
    void configure(const MonitoringConfig &) override {}
    TimestampMs window() const noexcept override { return 0; }
    void see(RuleEvent &event, Hits *hits) override
    {
        if (hits != nullptr && event.hasAddress() && event.agent().scanner)
            hits->push_back({this, GroupKind::Address, event.address(), 1, *info().severity});
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override
    {
        const std::string_view scanner = event.agent().scanner.value_or(std::string_view());
        const std::int64_t row = event.row().id;
        Finding finding = foundBy(hit,
                                  joined({"1 request from IP ", event.text(hit.kind),
                                          " with the user agent of a scanner: ", scanner}),
                                  0, std::span(&row, 1));
        finding.metadata.add("scanner", scanner);
        return finding;
    }
    void expire(TimestampMs, RuleMarks &) override {}
    void clear() override {}
    void save(StateWriter &) const override {}
    bool load(StateReader &, const RuleKeys &) override { return true; }
    std::size_t bytes() const noexcept override { return 0; }
};

} // namespace bartizan
