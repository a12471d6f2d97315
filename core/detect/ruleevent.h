// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/hourcounts.h"
#include "core/detect/keynumbers.h"
#include "core/detect/rowdetails.h"
#include "core/detect/rulekeys.h"
#include "core/detect/useragents.h"
#include "core/domain/eventview.h"

#include <optional>
#include <vector>

namespace bartizan {

/// What rows are read with.
struct RowReaders {
    RuleKeys keys;
    DetailsReader details;
    ActionReader actions;
    UserAgentReader agents;
    /// The numbers of countries by the ISO 3166 code of two capitals that nearly every row has.
    std::array<KeyId, 26 * 26> countryOfCode{};
    /// Of what whoever hands over rows has numbered.
    KeyNumbers addresses;
    KeyNumbers users;

    /// To be called when numbers are given up: all of them, or those that are not marked.
    void forgetNumbers()
    {
        countryOfCode.fill(kNoKey);
        addresses.clear();
        users.clear();
    }
    void forgetNumbers(const RuleMarks &marks)
    {
        for (KeyId &country : countryOfCode) {
            if (country != kNoKey && !marks.keeps(KeySpace::Countries, country))
                country = kNoKey;
        }
        addresses.forget([&](KeyId key) { return marks.keeps(KeySpace::Addresses, key); });
        users.forget([&](KeyId key) { return marks.keeps(KeySpace::Names, key); });
    }
};

/// What is known of a text before a rule asks: its number where it is there already (kNoKey: none is known), and its hash
/// where it may become a key as it is (0: none).
struct KnownKey {
    KeyId key = kNoKey;
    KeyTable::Hash hash = 0;
};

/// What is known of an event's keys; the name is its user's.
struct EventKeys {
    std::array<KnownKey, kKeySpaces> known{};
    KnownKey account;           ///< Where that is not the user's name.
    bool accountIsUser = false; ///< The user's name has no capitals.

    KnownKey &operator[](KeySpace space) noexcept { return known.data()[static_cast<std::size_t>(space)]; }
    /// Of a group of that kind; nothing where its keys have no texts.
    const KnownKey &of(GroupKind kind) const noexcept
    {
        static constexpr KnownKey kNothing;
        if (kind == GroupKind::Account && !accountIsUser)
            return account;
        return hasKeySpace(kind) ? known.data()[static_cast<std::size_t>(keySpaceOf(kind))] : kNothing;
    }
};

/// An audit row on its way through the rules: its keys are looked up once, when the first rule asks. An empty address,
/// user or country is as good as none for a rule. Lives for one call, and notes the keys that it looks up in `keys`; only
/// one at a time may be asked for its account, details or user agent.
class RuleEvent {
public:
    RuleEvent(const EventView &row, LocalHour localHour, RowReaders &readers, EventKeys &keys)
        : m_row(row), m_localHour(localHour), m_readers(readers), m_keys(keys)
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
    KeyId address() { return keyOf(KeySpace::Addresses, m_row.ipAddress); }
    KeyId user() { return keyOf(KeySpace::Names, m_row.userId); }
    KeyId country()
    {
        KeyId &known = m_keys[KeySpace::Countries].key;
        if (known == kNoKey && hasCountry())
            known = countryKey();
        return known;
    }
    KeyId account()
    {
        if (m_keys.accountIsUser)
            return user();
        return m_keys.account.key != kNoKey ? m_keys.account.key
                                            : keyOf(m_keys.account, KeySpace::Names, accountText());
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

    /// The number of its group of that kind, if it belongs to any. Events without a company are a group of their own.
    bool find(GroupKind kind, KeyId &found)
    {
        found = m_keys.of(kind).key;
        return found != kNoKey || lookUp(kind, found);
    }
    /// The number of its group of that kind.
    KeyId key(GroupKind kind)
    {
        const KeyId known = m_keys.of(kind).key;
        return known != kNoKey ? known : lookUp(kind);
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
        static const RowDetails kNone;
        if (!m_details)
            m_details = m_row.metadata.empty() ? &kNone : &m_readers.details.read(m_row.metadata);
        return *m_details;
    }
    const UserAgentFacts &agent()
    {
        if (!m_agent)
            m_agent = &m_readers.agents.read(m_row.userAgent);
        return *m_agent;
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
    /// Whether it is late, but not so much that the newer rows which it counts for cannot be told any more.
    bool countsForNewer() const noexcept { return m_countsForNewer; }
    void setCountsForNewer() noexcept { m_countsForNewer = true; }
    /// Whether rows come late these days, so that its text may be asked for when it has gone by.
    bool isKept() const noexcept { return m_kept; }
    void setKept() noexcept { m_kept = true; }
    /// Whether the geographical anomaly found it; the temporal one does not look then.
    bool fromUnusualCountry() const noexcept { return m_unusualCountry; }
    void setFromUnusualCountry() noexcept { m_unusualCountry = true; }

private:
    bool lookUp(GroupKind kind, KeyId &found)
    {
        if (kind == GroupKind::Account && !hasAccount())
            return false;
        found = lookUp(kind);
        return found != kNoKey || kind == GroupKind::Company || kind == GroupKind::None;
    }
    [[gnu::noinline]] KeyId lookUp(GroupKind kind)
    {
        switch (kind) {
        case GroupKind::Address: return address();
        case GroupKind::Account: return account();
        case GroupKind::User: return user();
        case GroupKind::Company: return keyOf(KeySpace::Companies, m_row.companyId);
        case GroupKind::Session: return keyOf(KeySpace::Sessions, m_row.sessionId);
        case GroupKind::EventType: return static_cast<KeyId>(m_row.eventType) + 1;
        case GroupKind::None: break;
        }
        return kNoKey;
    }
    KeyId countryKey()
    {
        const auto isCapital = [](char c) { return c >= 'A' && c <= 'Z'; };
        const std::string_view text = m_row.country;
        if (text.size() != 2 || !isCapital(text[0]) || !isCapital(text[1]))
            return m_readers.keys.intern(KeySpace::Countries, text);
        KeyId &known = m_readers.countryOfCode[static_cast<std::size_t>((text[0] - 'A') * 26 + (text[1] - 'A'))];
        if (known == kNoKey)
            known = m_readers.keys.intern(KeySpace::Countries, text);
        return known;
    }
    std::string_view rawAccount()
    {
        if (!m_row.userId.empty())
            return m_row.userId;
        const RowDetails &found = details();
        return found.username.empty() ? found.email : found.username;
    }
    KeyId keyOf(KeySpace space, std::string_view text) { return keyOf(m_keys[space], space, text); }
    KeyId keyOf(KnownKey &known, KeySpace space, std::string_view text)
    {
        return known.key != kNoKey || text.empty() ? known.key : newKey(known, space, text);
    }
    [[gnu::noinline]] KeyId newKey(KnownKey &known, KeySpace space, std::string_view text)
    {
        return known.key = m_readers.keys.intern(space, text, known.hash);
    }

    const EventView &m_row;
    LocalHour m_localHour;
    RowReaders &m_readers;
    EventKeys &m_keys;
    std::optional<std::string_view> m_accountText;
    const RowDetails *m_details = nullptr;
    const UserAgentFacts *m_agent = nullptr;
    std::optional<ActionWords> m_words;
    bool m_late = false;
    bool m_countsForNewer = false;
    bool m_kept = false;
    bool m_unusualCountry = false;
};

} // namespace bartizan
