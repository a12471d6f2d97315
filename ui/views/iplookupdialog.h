// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/views/frameddialog.h"

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace bartizan {

class AccountModel;
class AlertModel;
class ConsoleContext;
class ElidedLabel;
class FieldError;
class FieldGrid;
class HourChart;
class InlineMessage;
class LinkButton;
class SectionHeading;
class ThreatBadge;

/// The IP threat look-up: an address in, its level over 24 hours with reasons and evidence out. These are the last ones,
/// those around the alert or event it was opened from, or those up to the newest event of the address; which, is always
/// written. Not modal; it may stay open beside the console. Thread: GUI.
class IpLookUpDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit IpLookUpDialog(ConsoleContext *context, QWidget *parent = nullptr);

    /// Puts an address into the field and, if it is one, looks it up: over the 24 h around `at` where that lies further
    /// back, else over the last 24 h.
    void lookUp(const QString &address, std::optional<TimestampMs> at = {});
    /// What "Copy as text" copies; empty before the first answer.
    QString asText() const;
    /// The answer that is shown; nullopt before the first.
    const std::optional<IpReport> &report() const { return m_report; }
    bool isLoading() const { return m_loading; }

    QLineEdit *addressField() const { return m_address; }
    QString fieldError() const;
    /// What is said about the 24 h where they need a word; empty when they do not.
    QString rangeNote() const;

private:
    /// Which 24 hours.
    enum class Span { UpToNow, UpToNewest, Around };

    QWidget *buildAddressBar();
    QWidget *buildVerdict();
    QWidget *buildEvidence();
    QTableView *buildAccounts(QWidget *parent);
    QTableView *buildAlerts(QWidget *parent);
    QWidget *buildMessage();
    void checkAddress();
    void ask(Span span, TimestampMs at = 0);
    void followLink();
    /// Says so where the 24 h are not the last ones, or nothing is in them.
    void showRange();
    void showReport(const IpReport &report);
    void showFactors();
    void showWhere();
    void showHours();
    void showAccounts();
    void openEvents(const std::optional<std::string> &user);
    QString fullTime(TimestampMs t) const;

    ConsoleContext *m_context;
    std::optional<IpReport> m_report;
    bool m_loading = false;
    bool m_allAccounts = false;
    Span m_span = Span::UpToNow;
    TimestampMs m_at = 0; ///< With Span::Around.

    QLineEdit *m_address = nullptr;
    QLabel *m_kind = nullptr;
    QPushButton *m_lookUp = nullptr;
    ElidedLabel *m_range = nullptr;
    FieldError *m_fieldError = nullptr;
    InlineMessage *m_message = nullptr;
    QWidget *m_messageRoom = nullptr;
    QStackedWidget *m_stack = nullptr;
    ThreatBadge *m_level = nullptr;
    QLabel *m_verdict = nullptr;
    QWidget *m_factors = nullptr;
    QWidget *m_recommendations = nullptr;
    FieldGrid *m_where = nullptr;
    SectionHeading *m_eventsHeading = nullptr;
    LinkButton *m_openEvents = nullptr;
    HourChart *m_hours = nullptr;
    SectionHeading *m_accountsHeading = nullptr;
    QTableView *m_accountsTable = nullptr;
    AccountModel *m_accounts = nullptr;
    LinkButton *m_moreAccounts = nullptr;
    SectionHeading *m_alertsHeading = nullptr;
    QTableView *m_alertsTable = nullptr;
    AlertModel *m_alerts = nullptr;
    QPushButton *m_copy = nullptr;
};

} // namespace bartizan
