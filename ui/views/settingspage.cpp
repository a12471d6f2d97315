// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/settingspage.h"

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/appearance.h"
#include "ui/views/geodatabasefield.h"
#include "ui/views/labels.h"
#include "ui/views/settingrow.h"
#include "ui/views/settingscategories.h"
#include "ui/views/settingsedit.h"
#include "ui/views/zonebox.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/statusglyph.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kChangesWidth = 296;
constexpr int kSaveBarHeight = 48;
constexpr int kFindWidth = 240;
constexpr int kColumnsFrom = 1180 - measure::kRailWidth; // narrower, the column of changes goes

} // namespace

SettingsPage::SettingsPage(ConsoleContext *context, Appearance *appearance, QWidget *parent)
    : Page(tr("Settings"), parent), m_context(context), m_appearance(appearance), m_edit(new SettingsEdit(this))
{
    setSubtitle(tr("for this audit log, saved to its database"));
    build();
    connect(m_edit, &SettingsEdit::changed, this, &SettingsPage::showDraft);
    connect(m_appearance, &Appearance::changed, this, &SettingsPage::showAppearance);
    connectSession();
    m_edit->rebase({});
    showAppearance();
    showDatabase();
}

void SettingsPage::build()
{
    m_find = new QLineEdit(this);
    m_find->setPlaceholderText(tr("Find a setting"));
    m_find->setAccessibleName(tr("Find a setting"));
    m_find->setFixedWidth(kFindWidth);
    m_find->setClearButtonEnabled(true);
    m_find->addAction(icons::mutedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    connect(m_find, &QLineEdit::textChanged, this, &SettingsPage::search);
    headerTools()->addWidget(m_find);

    m_categories = new SettingsCategories(this);
    m_forms = new QStackedWidget(this);
    connect(m_categories, &SettingsCategories::chosen, m_forms, &QStackedWidget::setCurrentIndex);
    addAlerting();
    addThresholds();
    addRetention();
    addTimeZone();
    addAppearance();
    addNotices();
    addDatabase();

    m_messageRoom = new QWidget(this);
    auto *room = new QVBoxLayout(m_messageRoom);
    room->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    m_message = new InlineMessage(m_messageRoom);
    room->addWidget(m_message);
    m_messageRoom->hide();
    connect(m_message, &InlineMessage::linkActivated, m_messageRoom, &QWidget::hide);

    auto *formColumn = new QVBoxLayout;
    formColumn->setSpacing(0);
    formColumn->addWidget(m_messageRoom);
    formColumn->addWidget(m_forms, 1);
    auto *upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addLayout(formColumn, 1);
    upper->addWidget(makeChanges());
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addLayout(upper, 1);
    right->addWidget(new Hairline(Qt::Horizontal, this));
    right->addWidget(makeSaveBar());
    auto *whole = new QHBoxLayout;
    whole->setSpacing(0);
    whole->addWidget(m_categories);
    whole->addWidget(new Hairline(Qt::Vertical, this));
    whole->addLayout(right, 1);
    body()->addLayout(whole, 1);

    auto *save = new QAction(tr("Save"), this);
    save->setShortcut(QKeySequence::Save);
    save->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(save);
    connect(save, &QAction::triggered, this, &SettingsPage::save);
}

QWidget *SettingsPage::makeChanges()
{
    m_changes = new QWidget(this);
    m_changes->setFixedWidth(kChangesWidth);
    auto *row = new QHBoxLayout(m_changes);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(new Hairline(Qt::Vertical, m_changes));
    auto *list = new QWidget(m_changes);
    list->setObjectName(QStringLiteral("changes"));
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(24, measure::kPageMargin, 24, measure::kPageMargin);
    column->setSpacing(measure::kControlGap);
    row->addWidget(list, 1);
    return m_changes;
}

QWidget *SettingsPage::makeSaveBar()
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(kSaveBarHeight);
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Window);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(24, 0, 24, 0);
    row->setSpacing(measure::kControlGap);
    m_saveGlyph = new StatusGlyph(StatusKind::Failed, bar);
    m_saveText = new ElidedLabel(bar);
    m_goTo = new LinkButton(tr("Go to it"), bar);
    m_restore = new QPushButton(tr("Restore defaults…"), bar);
    m_discard = new QPushButton(tr("Discard"), bar);
    m_save = new QPushButton(tr("Save"), bar);
    m_save->setToolTip(tr("Save the changes (Ctrl+S)"));
    setPrimary(m_save);
    row->addWidget(m_saveGlyph);
    row->addWidget(m_saveText);
    row->addWidget(m_goTo);
    row->addStretch(1);
    for (QPushButton *button : {m_restore, m_discard, m_save}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    connect(m_goTo, &QAbstractButton::clicked, this, &SettingsPage::goToFirstError);
    connect(m_restore, &QPushButton::clicked, this, &SettingsPage::askRestoreDefaults);
    connect(m_discard, &QPushButton::clicked, this, &SettingsPage::discard);
    connect(m_save, &QPushButton::clicked, this, &SettingsPage::save);
    return bar;
}

void SettingsPage::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::opened, this, &SettingsPage::onOpened);
    connect(session, &Session::accessChanged, this, [this] {
        m_messageRoom->hide(); // Of what held before.
        showAccess();
    });
    connect(session, &Session::closed, this, &SettingsPage::showDatabase);
    connect(session, &Session::settingsChanged, this, &SettingsPage::onSettingsChanged);
    connect(session, &Session::commandFailed, this, [this](quint64 token, const Error &error) {
        if (token != m_saving || token == 0)
            return;
        m_saving = 0;
        m_message->setMessage(MessageKind::Error, tr("Not saved. %1").arg(format::singleLine(error.message)),
                              tr("Close"));
        m_messageRoom->show();
        showSaveBar();
    });
    if (session->isOpen())
        onOpened();
}

void SettingsPage::onOpened()
{
    m_saving = 0;
    m_messageRoom->hide();
    m_edit->discard();
    m_edit->rebase(m_context->session()->settings());
    showAccess();
}

void SettingsPage::showAccess()
{
    showDatabase();
    if (!canWrite()) {
        const QString reason = m_context->session()->database().refusals.settings;
        m_message->setMessage(MessageKind::Warning, tr("Only what belongs to this console can be changed, as its appearance: %1").arg(format::singleLine(reason)));
        m_messageRoom->show();
    }
}

void SettingsPage::onSettingsChanged(const MonitoringSettings &settings)
{
    if (settings == m_edit->stored())
        return;
    const bool edited = hasEdits();
    const int conflicts = m_edit->rebase(settings);
    if (m_saving != 0 && !hasEdits()) {
        m_saving = 0;
        m_message->setMessage(MessageKind::Ok, tr("Saved. Every console that reads this log has been told."),
                              tr("Close"));
        m_messageRoom->show();
    } else if (edited) {
        m_message->setMessage(MessageKind::Warning,
                              conflicts == 0 ? tr("Another console has changed the settings. Your edits are kept.")
                                             : tr("Another console has changed %n of the settings you are editing. "
                                                  "Your edits are kept; saving replaces theirs.", nullptr, conflicts),
                              tr("Close"));
        m_messageRoom->show();
    }
    showSaveBar();
}

bool SettingsPage::hasEdits() const
{
    return !m_edit->changes().empty();
}

bool SettingsPage::canWrite() const
{
    const Session *session = m_context->session();
    return session->isOpen() && session->database().refusals.settings.isEmpty();
}

void SettingsPage::save()
{
    if (!m_save->isEnabled())
        return;
    m_messageRoom->hide();
    m_saving = m_context->session()->updateSettings(m_edit->update(), m_edit->changedTimeZone(),
                                                       m_edit->changedGeoDatabase());
    showSaveBar();
}

void SettingsPage::discard()
{
    m_messageRoom->hide();
    m_edit->discard();
}

void SettingsPage::activate()
{
    showDatabase();
}

QWidget *SettingsPage::initialFocus()
{
    return m_categories->findChildren<QWidget *>().value(m_categories->current());
}

void SettingsPage::search(const QString &text)
{
    if (m_find->text() != text) {
        m_find->setText(text); // comes back here
        return;
    }
    const QString wanted = text.trimmed();
    int firstMatch = -1;
    bool currentMatches = false;
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        int matches = 0;
        for (SettingSection *section : m_all[i].sections)
            matches += section->filter(wanted);
        const int index = static_cast<int>(i);
        m_categories->setMatching(index, matches > 0);
        if (matches > 0 && firstMatch < 0)
            firstMatch = index;
        currentMatches = currentMatches || (matches > 0 && index == m_categories->current());
    }
    if (firstMatch >= 0 && !currentMatches) {
        m_categories->setCurrent(firstMatch);
        m_forms->setCurrentIndex(firstMatch);
    }
    setSubtitle(firstMatch < 0 ? tr("no setting speaks of “%1”").arg(wanted)
                               : tr("for this audit log, saved to its database"));
}

void SettingsPage::showDraft()
{
    const MonitoringSettings &draft = m_edit->draft();
    for (const NumberField &number : m_numbers) {
        const QSignalBlocker quiet(number.box);
        const int value = number.field->get(draft.config);
        const int before = number.field->get(m_edit->stored().config);
        if (number.box->value() != value)
            number.box->setValue(value);
        const QString lowest = format::count(number.field->minimum);
        const QString highest = format::count(number.field->maximum);
        const QString range = tr("%1 to %2").arg(lowest, highest);
        number.row->setHint(value == before ? range : tr("%1. Was %2").arg(range, format::count(before)));
        number.row->setError(m_edit->isValid(*number.field)
                                 ? QString()
                                 : tr("Enter a number from %1 to %2.").arg(lowest, highest));
    }
    const std::vector<AlertChannel> &channels = draft.config.alerting.channels;
    for (std::size_t i = 0; i < m_channels.size(); ++i) {
        const QSignalBlocker quiet(m_channels[i]);
        m_channels[i]->setChecked(std::find(channels.begin(), channels.end(), static_cast<AlertChannel>(i))
                                  != channels.end());
    }
    const QSignalBlocker quietEnabled(m_enabled);
    m_enabled->setChecked(draft.config.alerting.enabled);
    const QSignalBlocker quietZone(m_zone);
    m_zone->setZone(QString::fromStdString(draft.timeZone));
    m_zoneRow->setError(m_edit->isTimeZoneValid()
                            ? QString()
                            : tr("Enter the name of a time zone, such as UTC or Europe/Berlin."));
    m_geo->setValue(QString::fromStdString(draft.geoDatabase));
    m_geoRow->setError(format::singleLine(m_edit->geoDatabaseError()));
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        const bool wrong = std::any_of(m_all[i].sections.begin(), m_all[i].sections.end(), [](SettingSection *section) {
            const auto &rows = section->rows();
            return std::any_of(rows.begin(), rows.end(), [](SettingRow *row) { return !row->error().isEmpty(); });
        });
        m_categories->setWrong(static_cast<int>(i), wrong);
    }
    showChanges();
    showSaveBar();
}

void SettingsPage::showChanges()
{
    auto *list = m_changes->findChild<QWidget *>(QStringLiteral("changes"));
    auto *column = static_cast<QVBoxLayout *>(list->layout());
    while (QLayoutItem *item = column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    column->addWidget(sectionLabel(tr("Changes"), list));
    const std::vector<SettingsChange> changes = m_edit->changes();
    for (const SettingsChange &change : changes) {
        column->addWidget(new Hairline(Qt::Horizontal, list));
        QLabel *name = plainLabel(change.label, list);
        name->setWordWrap(true);
        column->addWidget(name);
        QLabel *what = mutedLabel(change.valid ? tr("%1 to %2").arg(change.before, change.after)
                                               : tr("%1 to %2, not allowed").arg(change.before, change.after), list);
        what->setWordWrap(true);
        if (!change.valid) {
            QPalette colours = what->palette();
            colours.setColor(QPalette::PlaceholderText, Theme::current().error);
            what->setPalette(colours);
        }
        column->addWidget(what);
    }
    column->addWidget(new Hairline(Qt::Horizontal, list));
    QLabel *note = mutedLabel(changes.empty() ? tr("None. What you change is listed here until it is saved.")
                                              : tr("Saving tells every console that reads this log. Nothing is saved "
                                                   "until all fields are valid."), list);
    note->setWordWrap(true);
    column->addWidget(note);
    column->addStretch(1);
}

void SettingsPage::showSaveBar()
{
    const int total = static_cast<int>(m_edit->changes().size());
    const int wrong = m_edit->invalidCount();
    m_saveGlyph->setVisible(wrong > 0);
    m_goTo->setVisible(wrong > 0);
    m_saveText->setMuted(total == 0);
    if (m_saving != 0)
        m_saveText->setText(tr("Saving…"));
    else if (wrong > 0)
        m_saveText->setText(tr("%1 of %n change(s) cannot be saved yet", nullptr, total).arg(wrong));
    else
        m_saveText->setText(total == 0 ? tr("No changes") : tr("%n change(s)", nullptr, total));
    m_saveText->updateGeometry();
    m_discard->setEnabled(total > 0 && m_saving == 0);
    m_save->setEnabled(total > 0 && wrong == 0 && m_saving == 0 && canWrite());
    m_restore->setEnabled(canWrite() && m_saving == 0);
}

void SettingsPage::showDatabase()
{
    const Session *session = m_context->session();
    const bool open = session->isOpen();
    m_path->setText(open ? format::singleLine(session->database().path) : tr("none is open"));
    const QString readOnly = open ? session->database().readOnlyReason : QString();
    const QString kind = !open                  ? QString()
        : session->database().demo              ? tr("Demo data, deleted on closing")
        : session->database().embedded          ? tr("The embedded SQLite database of your data folder")
        : session->database().onServer()        ? tr("Database on a PostgreSQL server")
                                                : tr("SQLite database");
    m_kind->setText(readOnly.isEmpty() ? kind : tr("%1, read-only: %2").arg(kind, format::singleLine(readOnly)));
    showSaveBar();
}

void SettingsPage::showAppearance()
{
    m_theme->setCurrentIndex(static_cast<int>(m_appearance->theme()));
    m_rows->setCurrentIndex(m_appearance->comfortableRows() ? 1 : 0);
    showChanges(); // its error colour is the theme's
}

void SettingsPage::askRestoreDefaults()
{
    auto *question = new QMessageBox(QMessageBox::Question, tr("Restore defaults"),
                                     tr("Put every setting of this audit log to its default?"), QMessageBox::NoButton,
                                     this);
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(tr("They are put into the form; nothing is stored until you save. What cannot be changed here stays as it is."));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *yes = question->addButton(tr("Restore defaults"), QMessageBox::AcceptRole);
    question->addButton(tr("Cancel"), QMessageBox::RejectRole);
    connect(yes, &QPushButton::clicked, m_edit, &SettingsEdit::restoreDefaults);
    question->open();
}

void SettingsPage::goToFirstError()
{
    m_find->clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        for (SettingSection *section : m_all[i].sections) {
            for (SettingRow *row : section->rows()) {
                if (row->error().isEmpty())
                    continue;
                m_categories->setCurrent(static_cast<int>(i));
                m_forms->setCurrentIndex(static_cast<int>(i));
                static_cast<QScrollArea *>(m_forms->currentWidget())->ensureWidgetVisible(row);
                row->field()->setFocus(Qt::OtherFocusReason);
                return;
            }
        }
    }
}

void SettingsPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_changes->setVisible(event->size().width() >= kColumnsFrom);
}

} // namespace bartizan
