// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/backlog.h"
#include "core/domain/handover.h"
#include "core/domain/idlist.h"
#include "core/domain/result.h"
#include "core/domain/rulegroup.h"
#include "core/domain/securitymetrics.h"
#include "core/engine/mutepreview.h"
#include "core/engine/ruletrial.h"
#include "core/ingest/import.h"
#include "core/ports/alertstore.h"
#include "core/ports/auditlog.h"
#include "core/ports/configstore.h"
#include "core/ports/metricssource.h"
#include "core/query/filter.h"
#include "core/ports/store.h"
#include "core/report/eventexport.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimeZone>

#include <functional>
#include <memory>
#include <span>

namespace bartizan {

/// Which database is open.
struct DatabaseInfo {
    QString path;          ///< Of a file, or the URL of a database on a server; no password is in it.
    QString name;          ///< For the top bar: the file's name, "embedded", "demo", or "audit @ PostgreSQL".
    bool embedded = false; ///< The one in the user's data folder.
    bool demo = false;
    QString readOnlyReason; ///< Empty when it can be written.
    StoreRefusals refusals; ///< What the user may not do in it.

    bool onServer() const;  ///< Whether it is on a PostgreSQL server.
};

/// What the engine is doing.
enum class EngineState {
    Idle,             ///< No database.
    Starting,         ///< Rebuilding its state.
    Running,          ///< Here, up to date.
    Behind,           ///< Here, with a backlog.
    RunningElsewhere, ///< Another process holds the lock; `detail` says which.
    ReadOnly,         ///< The database cannot be written; `detail` says why.
    Retrying,         ///< Failed; tries again. `detail` says what failed.
};

/// The engine in the status bar.
struct EngineStatus {
    EngineState state = EngineState::Idle;
    QString detail;
    Backlog backlog;
    double eventsPerSecond = 0.0; ///< Over the last 10 s.
    std::optional<TimestampMs> lastEventAt; ///< Time of the newest row, monitor rows aside.
    std::int64_t processed = 0;   ///< Rows since the engine started. Where it runs elsewhere, all that only it knows is what it
                                  ///< left in the database, a few seconds old.
    std::int64_t quarantined = 0; ///< Lines in quarantine.
    std::int64_t activeAlerts = 0; ///< Alerts neither acknowledged nor muted, over all time, whoever raised them: the number
                                   ///< in the rail. Told at once when it changes.
    int rulesOn = 0;
    QString warning;              ///< What the engine goes on without; empty: nothing is missing.
    std::int64_t keysHeld = 0;    ///< Addresses, accounts … that the rules keep state about.
    std::int64_t keysEvicted = 0; ///< Given up at the cap since the engine started.
    std::int64_t stateBytes = 0;  ///< Of the rules' state, about.
    QString lastError;            ///< Since the engine started; stays when it has recovered, save of housekeeping. Empty: none.
    std::optional<TimestampMs> lastErrorAt;

    bool operator==(const EngineStatus &) const = default;
};

/// All that the Overview shows at once, from one consistent read.
struct OverviewSnapshot {
    SecurityMetrics metrics;
    TimeRange range;
    std::vector<SecurityAlert> activeAlerts;          ///< The newest active ones, at most 50.
    ResponseTimes response;                           ///< Of the alerts raised within the range.
    std::optional<TimeRange> extent;                  ///< Of the whole log; nullopt when it is empty.
};

/// All that the details pane shows of one alert.
struct AlertDetails {
    static constexpr TimestampMs kSpan = kHour;        ///< Events are related so long before and after the alert.
    static constexpr TimestampMs kStep = 5 * kMinute;  ///< Of the timeline.
    static constexpr std::size_t kSteps = 2 * kSpan / kStep;

    SecurityAlert alert;
    std::vector<AlertHistoryEntry> history;
    /// What finds the related events: those of the rule's group, or where it has none of the address, else of the user, in the
    /// time around the alert, without the rows that Bartizan wrote. nullopt: nothing to go by.
    std::optional<EventQuery> relatedQuery;
    std::vector<AuditEvent> related; ///< Newest first, at most 200.
    std::int64_t relatedTotal = 0;
    std::vector<std::int64_t> timeline; ///< How many in each step from the span's start; empty: without a query.
    std::vector<SecurityAlert> others;  ///< Of the same address or user, over all time; the newest few, newest first.
    std::int64_t othersOfAddress = 0;   ///< How many there are besides this one.
    std::int64_t othersOfUser = 0;
    std::optional<Mute> mute;           ///< That the alert carries.
};

/// All that the IP look-up shows.
struct IpReport {
    std::string address; ///< Canonical.
    TimeRange range;     ///< The 24 h it speaks of.
    std::optional<TimestampMs> newest; ///< Its newest event, over all time.
    IpThreat threat;
    IpEvidence evidence; ///< Where no row names a country, the one that was looked up.
};

/// A page of alerts for the queue.
struct AlertPage {
    std::vector<SecurityAlert> alerts; ///< Newest first.
    std::int64_t total = 0;            ///< What the query matches; more than alerts.size() when the limit cut it.
    std::int64_t position = 0;         ///< In the stream of changes: what alertsChanged() tells later is newer.
};

/// A part of a long read of alerts, which went to a sink.
struct AlertPart {
    std::size_t count = 0;
    std::optional<AlertKey> last; ///< Where to go on from; nullopt: that was all.
};
/// Takes alerts on the reader's thread; `end` with the last of them.
using AlertSink = std::function<void(std::span<const SecurityAlert> alerts, bool end)>;

/// What is looked for in the audit log: the rows of a query that pass a filter.
struct EventSearch {
    EventQuery query;
    Filter filter;
    QTimeZone zone{QTimeZone::utc()}; ///< Of times in the filter that name none.
};

/// What became of a triage step, or of taking one back.
struct TriageOutcome {
    TriageStep step;    ///< With its id, which undo() takes back.
    std::string undoes; ///< Of an undo: the step that was taken back.
    // Alert by alert, each in the order asked for:
    IdList done;
    std::vector<TriageConflict> conflicts;
    IdList unknown;
    IdHashes doneHashes;    ///< Of those that are done.
    std::optional<std::int64_t> position; ///< In the stream of changes, behind all that it did; nullopt: not known.
    std::int64_t asked = 0; ///< How many alerts; more than told() when it ended early.
    bool cancelled = false;
    QString failure;        ///< What ended it early; empty: nothing. What is done stands.
    std::vector<std::string> left = {}; ///< Of those that it did not come to, the first kMostLeft.
    std::shared_ptr<const IdList> ids = {}; ///< All that it was about, each once,
    std::size_t next = 0;                   ///< and the first that it did not come to.

    /// Of how many it is known what became of them.
    std::size_t told() const { return done.size() + conflicts.size() + unknown.size(); }

    static constexpr std::size_t kMostLeft = 10'000;
};

/// A page of events.
struct EventPage {
    std::vector<AuditEvent> events;
    /// Of each row its country as GeoIP tells it where the row names none, else an empty text; it lives as long as the
    /// program. Empty: none is looked up.
    std::vector<std::string_view> lookedUp = {};
    std::optional<std::int64_t> total; ///< Of a first page that is all there is, where an index leads to it.
    std::optional<EventKey> reached;   ///< The last row that was looked at: where to go on. nullopt: none was.
    bool more = false;                 ///< There may be rows behind it.
    bool countable = false;            ///< eventCount() tells how many there are.
};

/// Reads for the user interface, off the GUI thread. Each kind of request has its own line: a newer request replaces
/// one that waits and interrupts one that runs, and only the newest is answered. The answer is called on the thread of
/// `context`, and not at all once `context` is gone. Thread: GUI.
class QueryService : public QObject {
    Q_OBJECT
public:
    template<typename T>
    using Reply = std::function<void(const Result<T> &)>;

    using QObject::QObject;
    virtual void overview(const MetricsQuery &query, QObject *context, Reply<OverviewSnapshot> reply) = 0;
    virtual void alerts(const AlertQuery &query, QObject *context, Reply<AlertPage> reply) = 0;
    /// One part of a read that may be long: the alerts are handed to `sink`, on the reader's thread, before the answer.
    /// It shares the line of alerts(). The query must have a limit.
    virtual void alertPart(const AlertQuery &query, AlertSink sink, QObject *context, Reply<AlertPart> reply) = 0;
    virtual void alertDetails(const std::string &id, QObject *context, Reply<AlertDetails> reply) = 0;
    /// A filter that no index answers may take several pages to find anything: each ends after a moment, wherever it is.
    virtual void events(const EventSearch &search, QObject *context, Reply<EventPage> reply) = 0;
    /// How many events pass; nullopt where no index counts them. It shares the connection of the Overview.
    virtual void eventCount(const EventSearch &search, QObject *context, Reply<std::optional<std::int64_t>> reply) = 0;
    /// Ends an eventCount() that waits or runs; it is not answered.
    virtual void cancelEventCount() = 0;
    /// Over the 24 h up to `end`; nullopt: up to now.
    virtual void ipReport(const std::string &address, std::optional<TimestampMs> end, QObject *context,
                          Reply<IpReport> reply) = 0;
    virtual void companies(QObject *context, Reply<std::vector<std::string>> reply) = 0;
    /// What each rule raised in a range; rules that raised nothing are left out.
    virtual void ruleHits(TimeRange range, QObject *context, Reply<std::vector<RuleHits>> reply) = 0;
    virtual void quarantined(std::size_t limit, QObject *context, Reply<std::vector<QuarantinedLine>> reply) = 0;
    virtual void mutes(const MuteQuery &query, QObject *context, Reply<std::vector<Mute>> reply) = 0;
    /// What happened to alerts between two times; read on the connection of the Overview, since it may take long.
    virtual void handover(const HandoverQuery &query, QObject *context, Reply<Handover> reply) = 0;
    /// Ends a handover() that waits or runs; it is not answered.
    virtual void cancelHandover() = 0;
};

/// What to export.
struct ExportRequest {
    QString path;
    ExportFormat format = ExportFormat::Csv;
    bool overwrite = false;
    AlertQuery query; ///< Used without `ids`.
    std::shared_ptr<const std::vector<std::string>> ids; ///< Exactly these, in this order (the current filter of the view).
    std::optional<EventSearch> events;                   ///< Events instead of alerts; JSON is one document a line then.
    // These columns alone, in this order; empty: the whole of each. Where countries are looked up, those stand in a column of
    // their own behind that of what was logged.
    std::vector<AlertColumn> alertColumns = {};
    std::vector<EventColumn> eventColumns = {};
};

/// How far a job has come; for all but an import only done and total are set, and total is 0 while nobody knows it.
struct JobProgress {
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0: unknown.
    ImportProgress import;
};

/// One open database with its threads: the engine, the readers, the follower of changes, the jobs. The only thing in
/// core that the console talks to; everything is asynchronous. Thread: GUI (or the one it was made on).
class Session : public QObject {
    Q_OBJECT
public:
    struct OpenOptions {
        QString path;          ///< A file, or the URL of a database on a server. Empty: the embedded database.
        QString password = {}; ///< For the server; empty: libpq looks for one (PGPASSWORD, PGPASSFILE).
        bool demo = false;     ///< A fresh temporary demo database instead of `path`.
        bool runEngine = true; ///< Take the engine if no other process has it.
        bool create = false;   ///< Make `path` when there is none; else a missing file, or schema of Bartizan's on a
                               ///< server, is a failure. The embedded database is always made.
    };

    explicit Session(QObject *parent = nullptr);
    ~Session() override;

    /// In whose name commands are carried out: the user as the operating system knows him.
    static std::string currentUser();
    /// Path of the embedded database in the user's data folder.
    static QString embeddedDatabasePath();

    /// Closes what is open and opens another database; answers with opened() or openFailed().
    void open(const OpenOptions &options);
    /// Stops all threads; waits for the transaction that is being committed, no longer.
    void close();

    bool isOpen() const;
    const DatabaseInfo &database() const;
    const EngineStatus &engineStatus() const;
    const MonitoringSettings &settings() const;
    /// Null while nothing is open.
    QueryService *queries() const;

    /// Acknowledges as the current user; answers with acknowledged() or commandFailed(). Returns the token.
    quint64 acknowledge(const std::vector<std::string> &ids, const QString &comment = {});
    /// Takes a triage step as the current user, part by part, so that a hundred thousand alerts keep nobody else from the
    /// database; a step without an id gets one. Tells of jobProgress(), can be cancelled by cancelJob(), and answers with
    /// triaged(), or commandFailed() when nothing was done. Returns the token.
    quint64 triage(const IdList &ids, const TriageStep &step) { return triage(std::make_shared<const IdList>(ids), step); }
    /// The same on those from a place on, of a list that is shared, since it may be long. `again`: the step, by its id, may
    /// have been taken on some of them, which then are done.
    quint64 triage(std::shared_ptr<const IdList> ids, const TriageStep &step, std::size_t from = 0, bool again = false);
    /// Takes a step back, likewise: of all its alerts, or of some.
    quint64 undo(const std::string &stepId, std::shared_ptr<const IdList> ids = {});
    /// Sets a mute as the current user, from now on; without an id it gets one. Answers with muteSet() or commandFailed().
    /// `again`: it may be set already, by its id, and then that is the answer.
    quint64 setMute(const Mute &mute, bool again = false);
    /// Ends a mute; answers with muteLifted() or commandFailed().
    quint64 liftMute(const MuteLift &lift);
    /// Partial update of the settings; an empty time zone or GeoIP database keeps it. Answers with settingsChanged() or
    /// commandFailed().
    quint64 updateSettings(const QJsonObject &update, const QString &timeZone = {}, const QString &geoDatabase = {});

    /// Jobs run on threads of their own; answers carry the token. An import reads regular files only.
    quint64 startImport(const QString &path, const ImportOptions &options);
    quint64 startExport(const ExportRequest &request);
    /// Tries the edits of a rule against the settings in force; answers with trialFinished(), also when cancelled, or
    /// jobFailed().
    quint64 startTrial(const TrialRequest &request);
    /// Looks for what a mute would have hidden; answers with mutePreviewed(), also when cancelled, or jobFailed().
    quint64 startMutePreview(const Mute &mute);
    void cancelJob(quint64 token);

    /// Somebody looks at the near misses, or no longer does: the calls are counted. While anybody looks, the engine that
    /// runs here tells them.
    void watchNearMisses(bool watch);

    /// Tells the other consoles of this database which alert is open here; empty: none. While one is, othersLookAt()
    /// tells who else has it open, at first and every ten seconds.
    void lookAt(const QString &alertId);

Q_SIGNALS:
    void opened(const bartizan::DatabaseInfo &database);
    void openFailed(const QString &path, const bartizan::Error &error);
    void closed();
    /// What may be done in the open database is another than before: its server was promoted, made read-only, or has given
    /// other rights.
    void accessChanged(const bartizan::DatabaseInfo &database);
    void engineStatusChanged(const bartizan::EngineStatus &status);
    /// Alerts that came, changed or went, whoever did it; as they are in the database. Whoever needs them longer holds on to
    /// them: while many are held, no more are read (ChangeFollower).
    void alertsChanged(const bartizan::ToldChanges &changes);
    /// Rows were appended; at most five times a second.
    void auditLogAdvanced();
    void acknowledged(quint64 token, const bartizan::AcknowledgeReport &report);
    /// Which alerts a step is about, or the taking back of one: told before any change of theirs.
    void triageBegun(quint64 token, const bartizan::IdHashes &alerts);
    void triaged(quint64 token, const bartizan::TriageOutcome &outcome);
    void muteSet(quint64 token, const bartizan::Mute &mute);
    void muteLifted(quint64 token, const bartizan::MuteLifted &lifted);
    /// Who else has an alert open that lookAt() named.
    void othersLookAt(const QString &alertId, const QStringList &people);
    void settingsChanged(const bartizan::MonitoringSettings &settings);
    /// The groups closest to a threshold, at most once a second while watchNearMisses() is in force.
    void nearMissesChanged(const std::vector<bartizan::NearMiss> &misses);
    void commandFailed(quint64 token, const bartizan::Error &error);
    void jobProgress(quint64 token, const bartizan::JobProgress &progress);
    void importFinished(quint64 token, const bartizan::ImportReport &report,
                        const std::vector<bartizan::QuarantinedLine> &examples);
    void exportFinished(quint64 token, qint64 written);
    void trialFinished(quint64 token, const bartizan::TrialReport &report);
    void mutePreviewed(quint64 token, const bartizan::MutePreview &preview);
    void jobFailed(quint64 token, const bartizan::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
