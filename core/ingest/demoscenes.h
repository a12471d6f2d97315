// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/ingest/demopeople.h"

#include <string>
#include <vector>

namespace bartizan {

/// What goes wrong in the demonstration; each of the first five raises one alert of the reference rules, the others are
/// seen by the rules of the standard preset.
enum class DemoScene {
    BruteForce, ///< Somebody guesses passwords from one address.
    RateLimit,  ///< A script asks too often.
    NewCountry, ///< An account is used from where it never was.
    AdminSpree, ///< An administrator changes very much in an hour.
    Flood,      ///< A scanner asks for everything at once.
    TakenAccount,  ///< A guessed password is the right one.
    Denials,       ///< Somebody tries doors that are closed to him.
    SelfPromotion, ///< Somebody who was refused gives himself a role.
    RoleGiveaway,  ///< An administrator grants role after role.
    MassExport,    ///< Somebody takes many records with him.
    ForgedRequests, ///< A page elsewhere makes a browser send requests.
    InjectedScript, ///< A page tries to run what its policy forbids.
    StolenSession   ///< One session, two places.
};

/// Writes the events of everyday work and of incidents. Thread: one at a time.
class DemoStage {
public:
    /// Both must outlive this.
    DemoStage(const std::vector<DemoPerson> &people, DemoRandom &random) : m_people(people), m_random(random) {}

    /// One event of somebody's work.
    void everyday(const DemoPerson &person, TimestampMs at, std::vector<AuditEvent> &out);
    /// The events of an incident that begins at `at`; none of them is later than a minute after it.
    void play(DemoScene scene, TimestampMs at, std::vector<AuditEvent> &out);
    /// An event of severity CRITICAL: somebody was given all rights.
    void privilegeGranted(TimestampMs at, std::vector<AuditEvent> &out);

private:
    AuditEvent eventOf(const DemoPerson &person, TimestampMs at) const;
    const DemoPerson &somebody(bool admin);
    std::string strangeAddress();
    void bruteForce(TimestampMs at, std::vector<AuditEvent> &out);
    void rateLimit(TimestampMs at, std::vector<AuditEvent> &out);
    void newCountry(TimestampMs at, std::vector<AuditEvent> &out);
    void adminSpree(TimestampMs at, std::vector<AuditEvent> &out);
    void flood(TimestampMs at, std::vector<AuditEvent> &out);
    void takenAccount(TimestampMs at, std::vector<AuditEvent> &out);
    void denials(int count, const DemoPerson &person, TimestampMs &at, std::vector<AuditEvent> &out);
    void selfPromotion(TimestampMs at, std::vector<AuditEvent> &out);
    void roleGiveaway(TimestampMs at, std::vector<AuditEvent> &out);
    void massExport(TimestampMs at, std::vector<AuditEvent> &out);
    void forgedRequests(TimestampMs at, std::vector<AuditEvent> &out);
    void injectedScript(TimestampMs at, std::vector<AuditEvent> &out);
    void stolenSession(TimestampMs at, std::vector<AuditEvent> &out);

    const std::vector<DemoPerson> &m_people;
    DemoRandom &m_random;
    std::size_t m_strangers = 0;
    std::size_t m_travellers = 0;
};

} // namespace bartizan
