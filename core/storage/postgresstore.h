// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/metrics/rollupnames.h"
#include "core/ports/store.h"
#include "core/storage/openstore.h"
#include "core/storage/opentransactions.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresrolluptables.h"
#include "core/storage/postgresrows.h"

#include <chrono>
#include <map>

namespace bartizan {

class MuteBook;
class RollupBuilder;
class RollupReader;
class ZoneOffsets;

/// How a log whose rows do not tell their transaction is looked through, and how often the server is asked for news.
struct IntakePace {
    std::chrono::milliseconds wideEvery{5'000}; ///< How often the whole overlap is.
    TimestampMs overlap = 5 * kMinute;          ///< How far that goes back, beside the age of the oldest transaction.
    TimestampMs narrow = 15 * kSecond;          ///< How far each look in between does.
    /// How often it is asked beside what it notifies of; nullopt: as often as engine or console need.
    std::optional<std::chrono::milliseconds> askEvery = std::nullopt;
};

/// A Store on a PostgreSQL server, in its schema "bartizan". The interfaces of core/ports say what the functions do.
/// Every function fails, instead of touching the connection, on another thread than the one that opened it; interrupt()
/// alone is for all threads.
///
/// AuditEvent::id is the row's place in the order in which Bartizan took notice of it (bartizan.intake): gapless, and
/// ascending in the order of commits, whatever keys the rows have in their table. Rows that Bartizan writes have their
/// number from the beginning. Rows that applications write get it from the engine, when it asks for rows behind its
/// position; a row that none has been given yet has an id beyond all numbers.
class PostgresStore final : public Store {
public:
    /// See core/storage/openstore.h.
    static Result<std::unique_ptr<Store>> open(const ConnectionProfile &profile, const QString &password,
                                               const StoreOptions &options);

    /// Another pace than that of every day.
    void setPace(const IntakePace &pace) { m_pace = pace; }

    // Store
    Result<std::shared_ptr<void>> snapshot() override;
    void interrupt() override { m_connection.interrupt(); }
    Result<void> tidy() override;
    bool isDemo() const override { return m_demo; }
    QString readOnlyReason() const override { return m_readOnlyReason; }
    QString warning() const override { return m_settingsWarning.isEmpty() ? m_warning : m_settingsWarning; }
    StoreRefusals refusals() const override { return m_refusals; }
    Result<bool> lookAtAccess() override;
    Result<std::vector<std::string>> lookAt(const std::string &alertId, const std::string &person,
                                            const std::string &window) override;

    // AuditSource
    /// By the notifications of other sessions, which are a hint, and by asking the server now and then, which is the
    /// truth and shows that the connection lives. What this very connection commits may count.
    Result<bool> changed() override;
    /// The engine's store takes in what applications have written first.
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
    using Clock = std::chrono::steady_clock;
    /// How far the rows of applications were taken in.
    struct Intake {
        bool loaded = false;
        std::string from;              ///< Snapshot; empty: none was done yet.
        std::string to;                ///< Snapshot being worked through; empty: none.
        std::optional<TimestampMs> lastTime;
        // Of a log without transaction numbers, by the server's clock:
        std::optional<TimestampMs> scannedAt;
        std::optional<OpenTransactions::Look> open; ///< Behind which began what the last whole look did not see the end of.
        bool wide = true;              ///< Whether this look is one at the whole overlap.
        Clock::time_point wideScan;    ///< When the last such one was.
    };
    /// Rows behind `from` up to `to` are gone: whoever owns the log has removed them.
    struct Gone {
        std::int64_t from = 0;
        std::int64_t to = 0;
    };
    /// What became of one read of numbered rows.
    struct Window {
        std::size_t scanned = 0; ///< Numbers, with those whose row is gone.
        std::int64_t last = 0;   ///< The last of them.
        bool full = false;       ///< The batch has as much text as it may.
    };

    PostgresStore() = default;

    Result<void> bringUp(const StoreOptions &options);
    Result<PostgresRows> keepHouse(const std::string &function);
    Result<void> keepHouseInParts(const std::string &function, bool (*more)(const PostgresRow &));
    Result<void> dropMonths();
    Result<void> tellOverdueMonths();
    Result<void> tellChangedLog();
    Result<void> mayMigrate(int version);
    Result<void> readSource();
    /// Reads anew which log is followed where that has changed; answers whether it has.
    Result<bool> followSource();
    /// The same now and then, before the log is read by a connection that does not ask changed().
    Result<void> lookAtSource();
    Result<void> readRefusals();
    Result<void> readStanding();
    /// BEGIN, or the reason why nothing can be written.
    Result<PostgresTransaction> beginWriting();
    /// Commits unless another log is followed by now or, for the engine, another one has taken over.
    Result<void> commitFenced(PostgresTransaction &transaction);
    Error overtaken() const;
    Result<void> notify();
    Error unknownWord(std::int64_t row) const;
    Result<Window> readWindow(std::int64_t behind, std::size_t limit, std::vector<AuditEvent> &events, std::size_t &text);
    std::int64_t behindGone(std::int64_t rowId) const;
    /// Streams the rows of a query for rowId() and kLogColumns until their text makes kBatchText bytes.
    Result<std::vector<AuditEvent>> readEvents(const std::string &sql, const PostgresParameters &parameters);
    Result<std::vector<AuditEvent>> readEventsFrom(const EventQuery &query, CountryResolver &countries,
                                                   const std::string &sql, const PostgresParameters &parameters);
    Result<std::vector<SecurityAlert>> readAlerts(const std::string &sql, const PostgresParameters &parameters,
                                                  std::vector<std::int64_t> *numbers = nullptr);
    Result<void> readChanges(std::int64_t behind, AlertChanges &changes);
    void addCompany(PostgresFilter &filter, const std::string &company) const;
    void filterEvents(const EventQuery &query, PostgresParameters &parameters, PostgresFilter &filter) const;

    // Intake
    Result<std::int64_t> takeIn(std::int64_t behind, std::size_t limit);
    Result<bool> findPending();
    Result<void> numberPending(std::size_t limit);
    Result<void> saveIntake(std::optional<TimestampMs> newest);
    Result<std::string> loadIntake();
    Result<std::string> presentSnapshot();
    Result<std::string> systemIdentifier();
    void beginLook(const PostgresRow &present);
    bool endLook(const std::string &snapshot, TimestampMs at);
    void addUnseen(PostgresFilter &filter, PostgresParameters &parameters) const;
    void addPending(PostgresFilter &filter, PostgresParameters &parameters) const;
    std::optional<TimestampMs> pendingSince() const;
    std::string pendingRows(const std::string &columns, const std::string &rest, PostgresParameters &parameters) const;
    Result<void> filterUntaken(PostgresFilter &filter, PostgresParameters &parameters);
    Result<Backlog> countUpTo(std::int64_t most, const std::string &rows, const PostgresParameters &parameters);
    TimestampMs overlap() const;
    bool worthScanning();

    // Writing
    void makeMonths(std::span<const NewAuditRow> rows);
    Result<void> copyRows(std::span<const NewAuditRow> rows);
    Result<AppendReport> insertCopied();
    Result<void> insertQuarantined(std::span<const QuarantinedLine> lines);
    Result<void> writeRows(PostgresJson &rows);
    Result<void> commitAlerts(const EngineCommit &commit, MuteBook &book, std::int64_t &change, PostgresJson &rows);
    Result<void> countRepeats(std::span<const AlertRepeat> repeats, std::int64_t &change);
    /// The mutes that a commit has to go by.
    Result<MuteBook> readMutes(const EngineCommit &commit);
    Result<void> storeTallies(const MuteBook &book);
    /// Counts repeats with the mutes, and changes the mutes of alerts where it has to.
    Result<void> applyMutes(std::span<const AlertRepeat> repeats, MuteBook &book);
    Result<void> changeMute(const SecurityAlert &alert, const std::optional<std::string> &mute, TimestampMs at);
    Result<void> dropAlertsBefore(TimestampMs time, std::int64_t &change);
    Result<void> pruneTombstones(TimestampMs droppedBefore, const EngineCursor &cursor);
    Result<void> writeCheckpoint(const EngineCommit &commit);
    Result<void> readRaisedSince(std::int64_t knownAlert, const EngineCursor &cursor, EngineCheckpoint &checkpoint);

    Result<void> readBaselines(const DetectorHistory::Query &query, DetectorHistory::Sink &sink);
    Result<void> readRecent(const DetectorHistory::Query &query, DetectorHistory::Sink &sink);
    Result<void> readRaised(const DetectorHistory::Query &query, DetectorHistory::Sink &sink);

    Result<void> aggregateEvents(const MetricsQuery &query, CountryResolver *countries, MetricsInputs &inputs);
    RollupNumbers &numbersForWriting();
    Result<std::int64_t> newestNumber();
    Result<void> forTailRows(std::int64_t after, std::int64_t last,
                             const std::function<Result<void>(const EventView &)> &add, RollupNumbers *numbers);
    Result<void> rollUpRows(RollupState &state, std::int64_t last);
    Result<void> rollUpWithBatch();
    Result<bool> rollUpDue(std::uint64_t lookup);
    Result<bool> buildCells(RollupState &state, RollupBuilder &builder);
    Result<bool> addUntaken(std::int64_t newest, const std::function<Result<void>(const EventView &)> &add);
    std::string rowsOfQuarters(const std::string &taken) const;
    Result<std::optional<std::vector<std::int64_t>>> staleQuarters(TimeRange range);
    Result<void> addStale(const std::vector<std::int64_t> &quarters, RollupReader &reader);
    Result<bool> rollUpStale(RollupState &state);
    /// False when the roll-ups cannot serve, and the log has to. `kept` is what whoever asks may read of them.
    Result<bool> answerFromRollUps(const MetricsQuery &query, const ZoneOffsets &zone,
                                   const std::optional<PostgresRollupTables::Readable> &kept, CountryResolver *countries,
                                   MetricsInputs &inputs);
    Result<void> aggregateAlerts(MetricsInputs &inputs);
    Result<void> fillEmails(std::vector<UserActivity> &users);

    PostgresConnection m_connection;
    PostgresSource m_source;
    PostgresRollupTables m_rollups{m_connection};
    RollupNumbers m_rollupNumbers;
    bool m_rollupNumbersHold = true; ///< Whether what is known of them is committed.
    QString m_readOnlyReason;
    QString m_warning;
    QString m_settingsWarning;
    StoreRefusals m_refusals;
    bool m_demo = false;
    bool m_engine = false;
    std::shared_ptr<const std::atomic<std::int64_t>> m_epoch; ///< Null: not fenced.
    bool m_onlyReads = false; ///< As it was opened.
    bool m_replica = false;
    bool m_listens = false;
    std::string m_state;       ///< What changed() was told last.
    Clock::time_point m_asked; ///< When.
    Clock::time_point m_sourceAsked; ///< When it was asked last which log is followed.
    Intake m_intake;
    IntakePace m_pace;
    OpenTransactions m_transactions;
    Gone m_gone;
    std::optional<std::string> m_system; ///< Identifier of the server's data; empty: it does not tell.
    bool m_copyReady = false;
    std::map<std::int64_t, bool> m_months; ///< Asked for already; false: to be asked for again.
};

} // namespace bartizan
