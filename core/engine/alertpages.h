// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"

#include <span>
#include <string>
#include <vector>

namespace bartizan {

class Store;

/// So many alerts are in a page at most.
inline constexpr std::size_t kAlertPage = 1000;

/// Reads alerts page after page, so that never more than one is in memory, however many there are. What comes meanwhile
/// may be among them, what retention drops is not; where that was the last of a page, nor is the rest of its moment. Thread: the store's.
class AlertPages {
public:
    /// What a query finds, in its order; up to its limit. `store` must outlive the pages.
    AlertPages(Store &store, const AlertQuery &query) : m_store(store), m_query(query) {}
    /// The alerts of these ids, in their order, as far as there are any; the ids must outlive the pages as well.
    AlertPages(Store &store, std::span<const std::string> ids) : m_store(store), m_ids(ids), m_byId(true) {}

    /// How many there are, as of now.
    Result<std::int64_t> count();
    /// The next page, which may be empty; none is left when atEnd().
    Result<std::vector<SecurityAlert>> next();
    bool atEnd() const noexcept { return m_atEnd; }

private:
    Result<std::vector<SecurityAlert>> nextFound();
    Result<std::vector<SecurityAlert>> nextNamed();

    Store &m_store;
    AlertQuery m_query;
    std::span<const std::string> m_ids; ///< Those that are left.
    bool m_byId = false;
    bool m_atEnd = false;
};

} // namespace bartizan
