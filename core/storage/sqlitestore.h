// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupnames.h"
#include "core/ports/store.h"
#include "core/storage/sqliteconnection.h"
#include "core/storage/sqliterolluptables.h"

#include <unordered_set>

namespace bartizan {

class MuteBook;
class RollupAppender;
class ZoneOffsets;
struct StoreOptions;

/// A Store in one SQLite file. The interfaces of core/ports say what the functions do. Every function fails, instead
/// of touching the connection, on another thread than the one that opened it; interrupt() alone is for all threads.
class SqliteStore final : public Store {
public:
    /// See core/storage/openstore.h.
    static Result<std::unique_ptr<Store>> open(const QString &path, const StoreOptions &options);

    // Store
    Result<std::shared_ptr<void>> snapshot() override;
    void interrupt() override;
    Result<void> tidy() override;
    bool isDemo() const override { return m_demo; }
    QString readOnlyReason() const override { return m_readOnlyReason; }

    // AuditSource
    /// By PRAGMA data_version, which does not count what this very connection commits. Fails when the file was taken
    /// away or replaced: SQLite would go on with what no other program can see.
    Result<bool> changed() override;
    Result<std::vector<AuditEvent>> fetchAfter(std::int64_t rowId, std::size_t limit) override;
    Result<std::vector<AuditEvent>> rowsBetween(TimeRange range, std::int64_t maxRowId,
                                                const std::optional<EventKey> &after, std::size_t limit) override;
    Result<Backlog> backlog(std::int64_t rowId, std::int64_t most) override;
    Result<void> history(const DetectorHistory::Query &query, DetectorHistory::Sink &sink) override;

    // AuditLog
    Result<AppendReport> append(std::span<const NewAuditRow> rows,
                                std::span<const QuarantinedLine> quarantined) override;
    Result<std::vector<AuditEvent>> events(const EventQuery &query, CountryResolver *countries) override;
    Result<std::int64_t> countEvents(const EventQuery &query, CountryResolver *countries) override;
    Result<std::vector<std::string>> companies() override;
    Result<std::optional<TimeRange>> extent() override;
    Result<std::int64_t> quarantinedCount() override;
    Result<std::vector<QuarantinedLine>> quarantined(std::int64_t afterId, std::size_t limit) override;
    Result<void> setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail) override;

    // AlertStore
    Result<EngineCursor> loadCursor() override;
    Result<void> commit(const EngineCommit &commit) override;
    Result<void> saveHealth(const EngineHealth &health) override;
    Result<std::optional<EngineHealth>> loadHealth() override;
    Result<std::optional<EngineCheckpoint>> loadCheckpoint() override;
    Result<std::vector<SecurityAlert>> alerts(const AlertQuery &query) override;
    Result<std::int64_t> countAlerts(const AlertQuery &query) override;
    Result<std::vector<RuleHits>> hitsByRule(TimeRange range) override;
    Result<std::optional<SecurityAlert>> alert(const std::string &id) override;
    Result<std::vector<AlertHistoryEntry>> history(const std::string &alertId) override;
    Result<AcknowledgeReport> acknowledge(std::span<const std::string> ids, const std::string &by, TimestampMs at,
                                          const std::string &comment) override;
    Result<TriageReport> triage(std::span<const std::string> ids, const TriageStep &step, const std::string &by,
                                TimestampMs at) override;
    Result<TriageReport> undo(std::span<const std::string> ids, const TriageUndo &undo, const std::string &by,
                              TimestampMs at) override;
    Result<std::vector<std::string>> alertsOfStep(const std::string &step) override;
    Result<AlertChanges> changesSince(std::int64_t position) override;

    // MuteStore
    Result<Mute> setMute(const Mute &mute) override;
    Result<MuteLifted> liftMute(const MuteLift &lift, const std::string &by, TimestampMs at) override;
    Result<std::vector<Mute>> mutes(const MuteQuery &query) override;

    // MetricsSource
    Result<MetricsInputs> metricsInputs(const MetricsQuery &query, CountryResolver *countries) override;
    Result<bool> rollUp(CountryResolver *countries) override;
    Result<IpActivity> ipActivity(const std::string &ipAddress, TimeRange range) override;
    Result<IpEvidence> ipEvidence(const std::string &ipAddress, TimeRange range) override;

    // AlertLookup
    Result<std::vector<SecurityAlert>> alertsNamed(std::span<const std::string> ids) override;

    // HandoverSource
    Result<Handover> handover(const HandoverQuery &query) override;
    Result<ResponseTimes> responseTimes(TimeRange range, const std::optional<std::string> &companyId) override;

    // ConfigStore
    Result<MonitoringSettings> loadSettings() override;
    Result<MonitoringSettings> updateSettings(const QJsonObject &update, const std::string &timeZone,
                                              const std::string &by, TimestampMs at,
                                              const std::string &geoDatabase) override;

private:
    /// A transaction rolls up so many rows at most; what is left comes with the next ones.
    static constexpr std::int64_t kMostRolledUp = 60'000;

    class TriageWriter;

    SqliteStore() = default;

    /// BEGIN IMMEDIATE, or the reason why nothing can be written.
    Result<SqliteTransaction> beginWriting(SqliteTransaction::Room room = SqliteTransaction::Room::Small);
    /// Inserts rows by a statement for so many; answers how many of them were not there already.
    Result<std::int64_t> insertRows(SqliteStatement &statement, std::span<const NewAuditRow> rows);
    /// Inserts all rows, and rolls them up from memory as far as none is passed over.
    Result<AppendReport> insertAll(std::span<const NewAuditRow> rows);
    Result<void> insertMonitorRow(const AuditEvent &event);
    Result<void> insertQuarantined(std::span<const QuarantinedLine> lines);
    Result<void> noteCompany(const std::optional<std::string> &company);
    /// The rows that are left of a statement, until their text makes kBatchText bytes; `room`: how many there may well be.
    Result<std::vector<AuditEvent>> readEvents(SqliteStatement &statement, std::size_t room = 0);
    Result<std::vector<SecurityAlert>> readAlerts(SqliteStatement &statement, std::vector<std::int64_t> *numbers = nullptr);
    Result<void> commitAlerts(const EngineCommit &commit, MuteBook &book);
    Result<void> writeCheckpoint(const EngineCommit &commit);
    Result<void> readRaisedSince(std::int64_t knownAlert, const EngineCursor &cursor, EngineCheckpoint &checkpoint);
    Result<void> countRepeats(std::span<const AlertRepeat> repeats, MuteBook &book);
    /// The mutes that a commit has to go by.
    Result<MuteBook> readMutes(const EngineCommit &commit);
    Result<void> storeTallies(const MuteBook &book);
    /// Counts a repeat with the mutes, and changes the mute of the alert where it has to.
    Result<void> applyMutes(const AlertRepeat &repeat, MuteBook &book);
    /// Brings back what a mute hid; answers how many alerts.
    Result<std::int64_t> unmuteAll(const std::string &mute, const std::string &by, TimestampMs at);
    Result<void> checkMuteFits(const Mute &mute);
    /// Adds a line about a mute to the history of the alert that it was set from, and has its followers told.
    Result<void> noteMute(const Mute &mute, std::string_view action, const std::string &by, TimestampMs at,
                          std::string_view comment);
    Result<void> dropAlertsBefore(TimestampMs time);
    /// Forgets alerts that were dropped long ago and that no row or tick behind the engine's position can raise again.
    Result<void> pruneTombstones(TimestampMs droppedBefore, const EngineCursor &cursor);
    /// A line of history that no step of triage makes; `detail`: AlertHistoryEntry::detail.
    Result<void> note(std::int64_t alertSeq, TimestampMs at, std::string_view action, std::string_view actor,
                      std::string_view comment, std::string_view detail);
    /// The counter of the stream of changes.
    Result<std::int64_t> changePosition();
    Result<void> setChangePosition(std::int64_t position);
    /// Takes up to `limit` rows behind the roll-ups' position into them.
    Result<void> rollUpRows(std::int64_t limit);
    /// Commits, with the rows rolled up that the transaction wrote or left behind.
    Result<void> commitRows(SqliteTransaction &transaction);
    Result<bool> rollUpDue(std::uint64_t lookup);
    RollupNumbers &numbersForWriting();
    Result<std::int64_t> newestRowId();
    /// False when the roll-ups are too far behind the log, and it must be read.
    Result<bool> answerFromRollUps(const MetricsQuery &query, const ZoneOffsets &zone, CountryResolver *countries,
                                   MetricsInputs &inputs);
    Result<void> aggregateEvents(const MetricsQuery &query, CountryResolver *countries, MetricsInputs &inputs);
    Result<void> aggregateAlerts(MetricsInputs &inputs);
    Result<void> fillEmails(std::vector<UserActivity> &users);
    Result<void> gatherEvidence(const std::string &ipAddress, TimeRange range, IpEvidence &evidence);
    Error damagedRow(const char *table, std::int64_t key) const;
    /// Device and inode of the file at the path; zeros when there is none.
    std::pair<std::uint64_t, std::uint64_t> fileAtPath() const;

    SqliteConnection m_connection;
    QString m_readOnlyReason;
    bool m_demo = false;
    std::int64_t m_dataVersion = 0;
    std::pair<std::uint64_t, std::uint64_t> m_file; ///< The file that was opened.
    std::unordered_set<std::string> m_companies; ///< Known to be stored.
    SqliteRollupTables m_rollups{m_connection};
    RollupNumbers m_rollupNumbers;
    bool m_rollupNumbersHold = true; ///< Whether what is known of them is committed.
};

} // namespace bartizan
