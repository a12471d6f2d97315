// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace bartizan {

/// What rules read from a row's metadata. Views live until the next row is read.
struct RowDetails {
    std::string_view username;
    std::string_view email;
    std::int64_t records = 1; ///< metadata.recordCount rounded down; 1 when that is absent or not a positive number.
    double latitude = std::numeric_limits<double>::quiet_NaN();
    double longitude = std::numeric_limits<double>::quiet_NaN();
};

/// Most records that one row counts for, so that no sum overflows, whatever a row claims.
inline constexpr std::int64_t kMostRecords = 1'000'000'000'000;

/// Reads details out of metadata. Most rows have none of them, and are not parsed. Text that is no JSON object has none.
/// Not thread-safe.
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
    ActionWords read(std::string_view action);

private:
    struct Known {
        std::string action;
        ActionWords words;
    };
    static constexpr std::size_t kPlaces = 512;
    static constexpr std::size_t kLongestKept = 128;
    std::unique_ptr<Known[]> m_known;
};

} // namespace bartizan
