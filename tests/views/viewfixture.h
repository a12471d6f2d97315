// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/storage/openstore.h"
#include "tests/models/alertfixtures.h"
#include "ui/theme/theme.h"
#include "ui/views/consolecontext.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

namespace bartizan::fixtures {

/// How long a condition is waited for, in milliseconds: a loaded machine is slow, and a test that passes never waits.
inline constexpr int kPatience = 20'000;

/// A real session over a real SQLite file, and a second connection that plays another process. The engine is off, so
/// that exactly the alerts are there that a test puts in.
class ViewFixture {
public:
    ViewFixture()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        m_start = QDateTime::currentMSecsSinceEpoch() - 2 * kHour;
        auto opened = openStore(path(), {.mode = StoreOptions::Mode::Create});
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        m_store = std::move(*opened);
    }

    QString path() const { return m_folder.filePath(QStringLiteral("console.db")); }
    Store &store() { return *m_store; }
    Session &session() { return m_session; }
    ConsoleContext &context() { return m_context; }

    /// Two hours ago: when alert 0 was raised.
    TimestampMs start() const { return m_start; }

    SecurityAlert alert(int number, AlertSeverity severity = AlertSeverity::High) const
    {
        SecurityAlert made = fixtures::alert(number, severity);
        made.timestamp = m_start + number * kSecond;
        return made;
    }
    std::vector<SecurityAlert> alerts(int first, int count) const
    {
        std::vector<SecurityAlert> made;
        for (int i = first; i < first + count; ++i)
            made.push_back(alert(i, static_cast<AlertSeverity>(i % 4)));
        return made;
    }
    AuditEvent event(int number) const
    {
        AuditEvent made;
        made.timestamp = m_start + number * kSecond;
        made.outcome = AuditOutcome::Failure;
        made.action = "login";
        made.context.ipAddress = "203.0.113." + std::to_string(number % 3);
        made.context.userId = "user" + std::to_string(number % 20);
        made.metadata = R"({"port":22})";
        return made;
    }

    /// Commits as another process would.
    void commit(std::vector<SecurityAlert> alerts)
    {
        EngineCommit commit;
        commit.alerts = std::move(alerts);
        const auto done = m_store->commit(commit);
        if (!done)
            qFatal("%s", qPrintable(done.error().message));
    }
    void append(const std::vector<AuditEvent> &events)
    {
        std::vector<NewAuditRow> rows;
        for (const AuditEvent &event : events)
            rows.push_back({event, 0});
        const auto done = m_store->append(rows, {});
        if (!done)
            qFatal("%s", qPrintable(done.error().message));
    }

    bool open()
    {
        QSignalSpy opened(&m_session, &Session::opened);
        m_session.open({.path = path(), .demo = false, .runEngine = false});
        return opened.wait(kPatience);
    }

private:
    QTemporaryDir m_folder;
    TimestampMs m_start = 0;
    std::unique_ptr<Store> m_store;
    Session m_session;
    ConsoleContext m_context{&m_session};
};

/// What a console that was killed now would find of its settings: what is in the file, and not only in memory.
inline QByteArray settingsOnDisk()
{
    QFile file(QSettings().fileName());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Shows a page in a window of the given size, as the main window would.
template<typename PageType>
void showPage(PageType &page, const QSize &size = {1368, 828})
{
    page.resize(size);
    page.show();
    QApplication::setActiveWindow(&page);
    page.activate();
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

/// Visible controls without an accessible name; empty when all have one.
inline QStringList namelessControls(const QWidget &window)
{
    QStringList nameless;
    const auto widgets = window.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        const bool control = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget)
            || qobject_cast<QComboBox *>(widget) || qobject_cast<QAbstractItemView *>(widget);
        // The editor inside a number field is named by the field.
        const bool inside = widget->parentWidget() && widget->parentWidget()->inherits("QAbstractSpinBox");
        if (!control || inside || !widget->isVisible() || widget->focusPolicy() == Qt::NoFocus)
            continue;
        const QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
        if (!accessible || accessible->text(QAccessible::Name).isEmpty())
            nameless.append(QLatin1String(widget->metaObject()->className()));
    }
    return nameless;
}

/// Labels that might read their text as markup; empty when none does.
inline QStringList markupLabels(const QWidget &window)
{
    QStringList found;
    const auto labels = window.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->textFormat() != Qt::PlainText && !label->text().isEmpty())
            found.append(label->text().left(60));
    }
    return found;
}

} // namespace bartizan::fixtures
