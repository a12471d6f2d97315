// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/recentplace.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace bartizan {

/// Record counts are added up in thousandths, so that parts of a record count exactly.
inline constexpr std::int64_t kRecordParts = 1000;
/// Most records that one row counts for, so that no sum overflows, whatever rows claim: it takes more than 900 million
/// rows of one user within a window. Above every threshold.
inline constexpr std::int64_t kMostRecords = 10'000'000;

/// What rules read from a row's metadata. Views live until the next row is read.
struct RowDetails {
    std::string_view username;
    std::string_view email;
    /// metadata.recordCount in parts; one record when that is absent or not a positive number.
    std::int64_t recordParts = kRecordParts;
    double latitude = std::numeric_limits<double>::quiet_NaN();
    double longitude = std::numeric_limits<double>::quiet_NaN();
};

/// Reads details out of metadata. Most rows have none of them, and are not parsed. Text that is no JSON object has none;
/// numbers of any size are read. Not thread-safe.
class DetailsReader {
public:
    DetailsReader();
    ~DetailsReader();

    const RowDetails &read(std::string_view metadata);
    /// `text` in lower case, as accounts compare: ASCII and, where the text is UTF-8, all of Unicode. Valid until the
    /// next call.
    std::string_view lowered(std::string_view text);

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
    RowDetails m_details;
    std::string m_lowered;
};

/// What a row's action speaks of; a word counts in any case and anywhere in it.
struct ActionWords {
    bool grant = false; ///< grant, elevate, promote, role, admin
    bool bulk = false;  ///< export, download, dump, bulk
    bool csp = false;
};
ActionWords actionWordsOf(std::string_view action);

/// The same, with a memory for the few actions that an application has. Not thread-safe.
class ActionReader {
public:
    ActionReader();
    ActionWords read(std::string_view action)
    {
        const TextEnds ends(action);
        const std::size_t place = recentPlaceOf(action, ends, kPlaces);
        const Known &known = m_known[place];
        if (known.ends == ends && (ends.size <= TextEnds::kWhole || known.action == action)) [[likely]]
            return known.words;
        return readNew(action, ends, place);
    }

private:
    struct Known {
        TextEnds ends;      ///< At first of an empty text, which speaks of nothing.
        ActionWords words;
        std::string action; ///< Where the ends do not say it.
    };
    ActionWords readNew(std::string_view action, const TextEnds &ends, std::size_t place);


    static constexpr std::size_t kPlaces = 512;
    static constexpr std::size_t kLongestKept = 128;
    std::unique_ptr<Known[]> m_known;
};

} // namespace bartizan
