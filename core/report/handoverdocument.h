// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/handover.h"

#include <QString>
#include <QStringList>
#include <QTimeZone>

#include <vector>

namespace bartizan {

/// A line of a handover: a text for each column, and the alert it leads to.
struct HandoverLine {
    QStringList cells;
    std::string alertId; ///< Empty: it leads nowhere.
    std::optional<AlertSeverity> severity = {}; ///< The first column says it; nullopt: something else.

    bool operator==(const HandoverLine &) const = default;
};

/// Where what a section has no lines for can be seen, for those who have the console before them.
enum class HandoverRest : std::uint8_t {
    Nowhere,
    Open,   ///< In the queue: what waits for somebody.
    Raised, ///< In the queue: what was raised in this time.
    Steps,  ///< Among the events: what Bartizan noted in this time.
    Mutes,  ///< In the list of mutes.
};

/// A section of a handover: a table, or a sentence that says why there is none.
struct HandoverSection {
    QString title;
    std::optional<std::int64_t> total = {}; ///< Of what it is about, also where lines are cut; nullopt: of nothing.
    QString note;  ///< What is counted, in words; may be empty.
    QString empty; ///< The sentence, where there are no lines.
    QStringList header;
    std::vector<int> numbers; ///< The columns that are numbers.
    std::vector<HandoverLine> lines;
    QString more;  ///< "and 12 more"; empty: these are all.
    HandoverRest rest = HandoverRest::Nowhere; ///< Where those are.
};

/// A handover in words: what the page, Markdown and PDF show alike. All of it is text of one line, cut where it is
/// long, with nothing in it that acts on a line; no markup is escaped yet.
struct HandoverDocument {
    QString title;
    QString period;
    std::vector<HandoverSection> sections;
};

/// Puts a handover into words, with times in `zone`. Thread: any.
HandoverDocument handoverDocument(const Handover &handover, const QTimeZone &zone);

/// The document as Markdown, in which everything that people or the log wrote is text. Thread: any.
QString handoverMarkdown(const HandoverDocument &document);

/// The handover as a JSON document, two-space indent: times in ISO 8601, means in milliseconds, whole alerts. Thread: any.
std::string handoverJson(const Handover &handover);

} // namespace bartizan
