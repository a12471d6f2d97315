// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/store.h"

#include <QObject>

#include <memory>

namespace bartizan {

/// What every kind of store must do, whatever database stands behind it. A test class for one kind derives from it and
/// says how to open a store; QtTest then runs these functions as well as its own.
class StoreSuite : public QObject {
    Q_OBJECT

protected:
    /// Opens one more connection to the database of the running test; the first call of a test makes it, empty.
    virtual std::unique_ptr<Store> connect() = 0;
    /// How long changed() may take to tell of a commit; 0: it tells at once.
    virtual int hintPatienceMs() const { return 0; }
    /// Whether the audit log tells of steps that left alerts as they were.
    virtual bool auditsRefusals() const { return false; }

private Q_SLOTS:
    // The audit log
    void appendsAndFetchesInOrder();
    void fingerprintsMakeImportsIdempotent();
    void appendsManyAsItDoesFew();
    void appendsAllOrNothing();
    void keepsEveryFieldApart();
    void keepsHostileText();
    void keepsTenMegabytesOfMetadata();
    void fetchesLargeRowsFewAtATime();
    void pagesByKeyInBothDirections();
    void filtersEvents();
    void filtersEventsBySeverityAndCountry();
    void findsTheEventsOfAGroup();
    void readsBetweenTimesUpToAKey();
    void listsCompaniesAndExtent();
    void keepsQuarantinedLinesOnce();
    void tellsOfOtherConnectionsCommits();
    void readersSeeWholeTransactionsWhileAnotherWrites();

    // Alerts
    void commitsAlertsRowsAndCursorTogether();
    void commitsAnAlertOnce();
    void countsRepeats();
    void countsHitsByRule();
    void queriesAlerts();
    void findsAlertsByTheirIds();
    void acknowledgesOnce();
    void acknowledgesInARace();
    void acknowledgesManyAtOnce();
    void retentionLeavesTombstones();
    void retentionCountsFromWhenAlertsWereRaised();
    void prunesTombstones();
    void followsChanges();

    // Triage
    void takesEveryStep();
    void resolvingAcknowledges();
    void acknowledgingEndsAnEscalation();
    void tellsWhoWasThereBefore();
    void overrulesWhereAsked();
    void refusesStepsThatLackSomething();
    void undoesEveryStep();
    void undoSparesWhatSomebodyChangedSince();
    void undoesAnUndo();
    void takesCommentsBack();
    void stepsInPartsAreOne();
    void triageIsFollowed();
    void takesManyAsItDoesOne_data();
    void takesManyAsItDoesOne();
    void tellsManyChangesInParts();

    // Handovers
    void handsOverNothing();
    void handsOverWhatWasRaised();
    void handsOverStepsByWhom();
    void handsOverWhatWasTakenBack();
    void handsOverStepsInParts();
    void handsOverWhatIsOpen();
    void handsOverWhatWasMuted();
    void handsOverMutes();
    void handsOverLongListsCut();
    void handsOverOneCompany();
    void responseTimesBySeverity();
    void responseTimesOfAnyRange();

    // Mutes
    void mutesWhatComes();
    void mutesByNetworkAndCompany();
    void mutedAlertsDoNotCount();
    void repeatsCountOnceForEach();
    void expiryRestores();
    void liftingRestoresOnDemand();
    void triageEndsMuting();
    void mutesAreAuditedAndInHistory();
    void listsMutes();
    void refusesMutesThatLackSomething();
    void boundsTheMutesOfOnePerson();
    void anotherConnectionsMuteHoldsAtOnce();
    void mutesWhileAnEngineCommits();

    // Settings
    void settingsBeginWithDefaults();
    void updatesSettingsWithAnAuditRow();
    void refusesWrongSettingsWhole();

    // Aggregates
    void metricsOfAnEmptyLog();
    void metricsCountRangeAndCompany();
    void metricsTakeHoursInTheTimeZone();
    void metricsKeepTheOrderOfFirstOccurrence();
    void metricsEqualAPlainCount_data();
    void metricsEqualAPlainCount();
    void rollsUpUntilNothingIsLeft();
    void metricsHoldAfterAFailedAppend();
    void looksUpAnAddress();
    void historyForTheDetector();
    void historyStopsAtCursorAndTime();
    void historyOfRowsInAnyOrder_data();
    void historyOfRowsInAnyOrder();

    // Threads
    void refusesOtherThreads();
    void interruptEndsAQuery();
};

} // namespace bartizan
