// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/hourcounts.h"
#include "core/detect/rowdetails.h"
#include "core/detect/rulekeys.h"
#include "core/domain/eventview.h"

#include <optional>
#include <vector>

namespace bartizan {

/// What rows are read with.
struct RowReaders {
    RuleKeys keys;
    DetailsReader details;
    ActionReader actions;
    /// The account of each user met, by the user's number: most rows name a user, and this spares looking for the same
    /// text in lower case. To be emptied when numbers change hands.
    std::vector<KeyId> accountOfUser;
};

/// An audit row on its way through the rules: its keys are looked up once, when the first rule asks. An empty address,
/// user or country is as good as none for a rule. Lives for one call; only one at a time may be asked for its account
/// or details.
class RuleEvent {
public:
    RuleEvent(const EventView &row, LocalHour localHour, RowReaders &readers)
        : m_row(row), m_localHour(localHour), m_readers(readers)
    {
    }

    const EventView &row() const noexcept { return m_row; }
    TimestampMs at() const noexcept { return m_row.timestamp; }
    bool isApplication() const noexcept { return m_row.origin == RowOrigin::Application; }
    /// In the monitoring time zone.
    LocalHour localHour() const noexcept { return m_localHour; }
    bool hasAddress() const noexcept { return !m_row.ipAddress.empty(); }
    bool hasUser() const noexcept { return !m_row.userId.empty(); }
    bool hasCountry() const noexcept { return !m_row.country.empty(); }
    KeyId address() { return keyOf(m_address, m_row.ipAddress, KeySpace::Addresses); }
    KeyId user() { return keyOf(m_user, m_row.userId, KeySpace::Users); }
    KeyId country() { return keyOf(m_country, m_row.country, KeySpace::Countries); }
    KeyId account()
    {
        if (m_account == kNoKey)
            m_account = hasUser() ? accountOfUser() : m_readers.keys.intern(KeySpace::Accounts, accountText());
        return m_account;
    }
    /// Whether it names an account at all.
    bool hasAccount() { return hasUser() || !accountText().empty(); }
    /// userId, else metadata.username, else metadata.email, in lower case; empty when there is none.
    std::string_view accountText()
    {
        if (!m_accountText)
            m_accountText = m_readers.details.lowered(rawAccount());
        return *m_accountText;
    }

    /// Whether the event belongs to any group of that kind. Events without a company are a group of their own.
    bool has(GroupKind kind)
    {
        switch (kind) {
        case GroupKind::Address: return hasAddress();
        case GroupKind::Account: return hasAccount();
        case GroupKind::User: return hasUser();
        case GroupKind::Session: return !m_row.sessionId.empty();
        default: return true;
        }
    }
    /// The number of its group of that kind.
    KeyId key(GroupKind kind)
    {
        switch (kind) {
        case GroupKind::Address: return address();
        case GroupKind::Account: return account();
        case GroupKind::User: return user();
        case GroupKind::Company: return keyOf(m_company, m_row.companyId, KeySpace::Companies);
        case GroupKind::Session: return keyOf(m_session, m_row.sessionId, KeySpace::Sessions);
        case GroupKind::EventType: return static_cast<KeyId>(m_row.eventType) + 1;
        case GroupKind::None: break;
        }
        return kNoKey;
    }
    /// What the group is called.
    std::string_view text(GroupKind kind)
    {
        switch (kind) {
        case GroupKind::Address: return m_row.ipAddress;
        case GroupKind::Account: return accountText();
        case GroupKind::User: return m_row.userId;
        case GroupKind::Company: return m_row.companyId;
        case GroupKind::Session: return m_row.sessionId;
        case GroupKind::EventType: return toString(m_row.eventType);
        case GroupKind::None: break;
        }
        return {};
    }

    const RowDetails &details()
    {
        if (!m_details)
            m_details = &m_readers.details.read(m_row.metadata);
        return *m_details;
    }
    ActionWords words()
    {
        if (!m_words)
            m_words = m_readers.actions.read(m_row.action);
        return *m_words;
    }

    /// Whether a newer row came before it.
    bool isLate() const noexcept { return m_late; }
    void setLate() noexcept { m_late = true; }
    /// Whether the geographical anomaly found it; the temporal one does not look then.
    bool fromUnusualCountry() const noexcept { return m_unusualCountry; }
    void setFromUnusualCountry() noexcept { m_unusualCountry = true; }

private:
    KeyId accountOfUser()
    {
        const KeyId who = user();
        if (who >= m_readers.accountOfUser.size())
            m_readers.accountOfUser.resize(m_readers.keys[KeySpace::Users].limit());
        KeyId &known = m_readers.accountOfUser[who];
        if (known == kNoKey)
            known = m_readers.keys.intern(KeySpace::Accounts, accountText());
        return known;
    }
    std::string_view rawAccount()
    {
        if (!m_row.userId.empty())
            return m_row.userId;
        const RowDetails &found = details();
        return found.username.empty() ? found.email : found.username;
    }
    KeyId keyOf(KeyId &known, std::string_view text, KeySpace space)
    {
        if (known == kNoKey && !text.empty())
            known = m_readers.keys.intern(space, text);
        return known;
    }

    const EventView &m_row;
    LocalHour m_localHour;
    RowReaders &m_readers;
    KeyId m_address = kNoKey;
    KeyId m_account = kNoKey;
    KeyId m_user = kNoKey;
    KeyId m_company = kNoKey;
    KeyId m_session = kNoKey;
    KeyId m_country = kNoKey;
    std::optional<std::string_view> m_accountText;
    const RowDetails *m_details = nullptr;
    std::optional<ActionWords> m_words;
    bool m_late = false;
    bool m_unusualCountry = false;
};

} // namespace bartizan
