// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/opendatabasedialog.h"

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/connectionchecks.h"
#include "ui/views/connectionprofiles.h"
#include "ui/views/labels.h"
#include "ui/views/passwords.h"
#include "ui/views/serverform.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidth = 888;
constexpr int kHeight = 680;
constexpr int kListWidth = 220;
/// The least of the checks that is seen.
constexpr int kChecksHeight = 120;

} // namespace

OpenDatabaseDialog::OpenDatabaseDialog(const QString &current, Passwords *passwords, QWidget *parent)
    : FramedDialog(tr("Open database"), parent), m_passwords(passwords), m_profiles(connectionprofiles::load())
{
    resize(kWidth, kHeight);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(measure::kDialogMargin);
    body()->addLayout(columns, 1);
    buildList();
    auto *left = new QVBoxLayout;
    left->setSpacing(measure::kControlGap);
    left->addWidget(m_list, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(measure::kGrid);
    auto *add = new QPushButton(tr("&New"), this);
    add->setAccessibleName(tr("New connection to a server"));
    m_duplicate = new QPushButton(tr("Dupl&icate"), this);
    m_delete = new QPushButton(tr("De&lete"), this);
    for (QPushButton *button : {add, m_duplicate, m_delete}) {
        button->setAutoDefault(false);
        setRowSized(button);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    left->addLayout(buttons);
    columns->addLayout(left);
    columns->addWidget(new Hairline(Qt::Vertical, this));
    m_pages = new QStackedWidget(this);
    columns->addWidget(m_pages, 1);
    buildFilePage();
    buildServerPage();
    buildFooter();
    connect(add, &QPushButton::clicked, this, [this] {
        ConnectionProfile fresh;
        fresh.name = tr("New connection");
        addProfile(fresh);
    });
    connect(m_duplicate, &QPushButton::clicked, this, &OpenDatabaseDialog::duplicate);
    connect(m_delete, &QPushButton::clicked, this, &OpenDatabaseDialog::askToDelete);
    connect(&m_tester, &ConnectionTester::finished, this, &OpenDatabaseDialog::showReport);

    int shown = -1;
    for (std::size_t i = 0; i < m_profiles.size(); ++i) {
        if (m_profiles[i].toUrl() == current)
            shown = static_cast<int>(i);
    }
    if (shown < 0 && !ConnectionProfile::isUrl(current))
        m_path->setText(current);
    fillList(shown);
}

void OpenDatabaseDialog::buildList()
{
    m_list = new QListWidget(this);
    m_list->setFixedWidth(kListWidth);
    m_list->setAccessibleName(tr("Databases"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_list, &QListWidget::currentRowChanged, this, &OpenDatabaseDialog::select);
}

void OpenDatabaseDialog::buildFilePage()
{
    auto *page = new QWidget(m_pages);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    QLabel *label = plainLabel(tr("SQLite &file"), page);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    m_path = new QLineEdit(page);
    m_path->setObjectName(QStringLiteral("open.path"));
    m_path->setAccessibleName(tr("SQLite file"));
    label->setBuddy(m_path);
    auto *button = new QPushButton(tr("&Browse…"), page);
    button->setAutoDefault(false);
    row->addWidget(m_path, 1);
    row->addWidget(button);
    m_pathError = new FieldError(page);
    QLabel *explained = mutedLabel(tr("A database in a file on a disk of this machine. Other programs may append to its "
                                      "log while it is open here."), page);
    explained->setWordWrap(true);
    column->addWidget(label);
    column->addLayout(row);
    column->addWidget(m_pathError);
    column->addWidget(explained);
    column->addStretch(1);
    m_pages->addWidget(page);
    connect(button, &QPushButton::clicked, this, &OpenDatabaseDialog::browse);
    connect(m_path, &QLineEdit::textChanged, this, [this] {
        m_pathError->setText({});
        FieldError::markField(m_path, false);
    });
}

void OpenDatabaseDialog::buildServerPage()
{
    auto *page = new QWidget(m_pages);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::kControlGap);
    m_form = new ServerForm(page);
    m_message = new InlineMessage(page);
    QSizePolicy place = m_message->sizePolicy();
    place.setRetainSizeWhenHidden(true); // So that nothing moves when it appears.
    m_message->setSizePolicy(place);
    m_message->hide();
    // What the checks found scrolls where it is long, so that the form has the height that it needs.
    auto *scroll = new QScrollArea(page);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumHeight(kChecksHeight);
    scroll->setAccessibleName(tr("What the connection was found to be"));
    m_checks = new ConnectionChecks(scroll);
    scroll->setWidget(m_checks);
    column->addWidget(m_form);
    column->addWidget(new Hairline(Qt::Horizontal, page));
    column->addWidget(m_message);
    column->addWidget(scroll, 1);
    m_pages->addWidget(page);
    connect(m_form, &ServerForm::edited, this, &OpenDatabaseDialog::keepEdits);
    connect(m_form, &ServerForm::passwordEdited, this, [this] {
        m_passwordLoaded = false;
        forgetReport();
    });
    connect(m_message, &InlineMessage::linkActivated, this, &OpenDatabaseDialog::deleteShown);
}

void OpenDatabaseDialog::buildFooter()
{
    m_test = new QPushButton(tr("&Test connection"), this);
    m_test->setAutoDefault(false);
    addFooterNote(m_test);
    QPushButton *close = addButton(tr("Close"));
    m_open = addButton(tr("Open"), true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_test, &QPushButton::clicked, this, [this] {
        if (!isTrying())
            return tryConnection(false);
        m_tester.cancel();
        forgetReport();
    });
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (m_shown < 0)
            openFile();
        else
            tryConnection(true);
    });
}

ConnectionProfile *OpenDatabaseDialog::shownProfile()
{
    return m_shown < 0 ? nullptr : &m_profiles.at(static_cast<std::size_t>(m_shown));
}

void OpenDatabaseDialog::fillList(int selected)
{
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        m_list->addItem(new QListWidgetItem(icons::mutedIcon(QStringLiteral("folder-open")), tr("SQLite file")));
        for (const ConnectionProfile &profile : m_profiles)
            m_list->addItem(new QListWidgetItem(icons::mutedIcon(QStringLiteral("database")), format::singleLine(profile.name)));
        m_list->setCurrentRow(selected + 1);
    }
    select(selected + 1);
}

void OpenDatabaseDialog::select(int row)
{
    if (row < 0)
        return;
    m_tester.cancel();
    m_shown = row - 1;
    m_pages->setCurrentIndex(m_shown < 0 ? 0 : 1);
    if (const ConnectionProfile *profile = shownProfile()) {
        QStringList others;
        for (const ConnectionProfile &other : m_profiles) {
            if (&other != profile)
                others << other.name;
        }
        m_form->setTakenNames(others);
        m_form->setProfile(*profile);
        loadPassword();
    }
    forgetReport();
}

void OpenDatabaseDialog::loadPassword()
{
    const quint64 asked = ++m_asked;
    m_passwordLoaded = true;
    m_keyringUsable = false;
    m_form->setKeyring(false, tr("Asking the keyring…"));
    const QString key = connectionprofiles::secretKey(*shownProfile());
    m_passwords->ask(*shownProfile(), this, [this, asked, key](const Passwords::Answer &answer) {
        if (asked != m_asked)
            return;
        // Meanwhile the fields may speak of another account, whose password this is not.
        const bool same = connectionprofiles::secretKey(m_form->profile()) == key;
        m_keyringUsable = answer.keyringUsable;
        m_form->setKeyring(m_keyringUsable, same || !m_keyringUsable ? answer.note : QString());
        m_form->setKeepsPassword(m_keyringUsable);
        if (same && m_passwordLoaded)
            m_form->setPassword(answer.password);
    });
}

void OpenDatabaseDialog::addProfile(ConnectionProfile profile)
{
    profile.name = connectionprofiles::freeName(profile.name, m_profiles);
    m_profiles.push_back(profile);
    connectionprofiles::save(m_profiles);
    fillList(static_cast<int>(m_profiles.size()) - 1);
    m_form->focusName();
}

void OpenDatabaseDialog::duplicate()
{
    if (const ConnectionProfile *profile = shownProfile())
        addProfile(*profile);
}

void OpenDatabaseDialog::askToDelete()
{
    const ConnectionProfile *profile = shownProfile();
    if (profile == nullptr)
        return;
    m_tester.cancel();
    forgetReport();
    m_deleting = true;
    m_message->setMessage(MessageKind::Warning,
                          tr("Delete “%1” and its password? The database stays.").arg(format::singleLine(profile->name)),
                          tr("Delete it"));
}

void OpenDatabaseDialog::deleteShown()
{
    const ConnectionProfile *profile = shownProfile();
    if (profile == nullptr || !m_deleting)
        return;
    const ConnectionProfile gone = *profile;
    m_profiles.erase(m_profiles.begin() + m_shown);
    connectionprofiles::save(m_profiles);
    // Another connection may lead to the same account.
    const auto same = [&](const ConnectionProfile &other) {
        return connectionprofiles::secretKey(other) == connectionprofiles::secretKey(gone);
    };
    if (std::none_of(m_profiles.begin(), m_profiles.end(), same))
        m_passwords->forget(gone);
    fillList(std::min(m_shown, static_cast<int>(m_profiles.size()) - 1));
    m_list->setFocus();
}

void OpenDatabaseDialog::keepEdits()
{
    ConnectionProfile *profile = shownProfile();
    if (profile == nullptr)
        return;
    m_tester.cancel();
    const ConnectionProfile edited = m_form->profile();
    // What was loaded belongs to the account as it was: it is not shown to another server.
    if (connectionprofiles::secretKey(edited) != connectionprofiles::secretKey(*profile)) {
        if (m_passwordLoaded)
            m_form->setPassword({});
        if (m_keyringUsable)
            m_form->setKeyring(true, {});
    }
    if (m_form->isValid()) {
        *profile = edited;
        connectionprofiles::save(m_profiles);
        m_list->currentItem()->setText(format::singleLine(edited.name));
    }
    forgetReport();
}

void OpenDatabaseDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Open database"), QFileInfo(m_path->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("SQLite databases (*.db *.sqlite *.sqlite3)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, m_path, &QLineEdit::setText);
    dialog->open();
}

void OpenDatabaseDialog::openFile()
{
    const QString path = m_path->text().trimmed();
    const QString wrong = path.isEmpty()    ? tr("Name the file to open.")
        : QFileInfo(path).isDir()           ? tr("This is a folder; name a file in it.")
        : !QFileInfo::exists(path)          ? tr("There is no file %1.").arg(path)
                                            : QString();
    m_pathError->setText(wrong);
    FieldError::markField(m_path, !wrong.isEmpty());
    if (!wrong.isEmpty())
        return m_path->setFocus();
    Q_EMIT fileChosen(path);
    accept();
}

void OpenDatabaseDialog::tryConnection(bool thenConnect)
{
    if (!m_form->isValid() || isTrying())
        return;
    if (thenConnect && m_setUpOffered)
        return connectShown(true);
    m_checks->clear();
    m_thenConnect = thenConnect;
    m_deleting = false;
    m_message->setMessage(MessageKind::Info, tr("Trying the connection…"));
    m_tester.start(m_form->profile(), m_form->password());
    showButtons();
}

void OpenDatabaseDialog::showReport(const DatabaseReport &report)
{
    m_checks->setReport(report);
    m_setUpOffered = report.connection.mayMakeSchema;
    if (report.usable() && m_thenConnect)
        return connectShown(false);
    if (report.usable())
        m_message->setMessage(MessageKind::Ok, tr("The connection works."));
    else if (m_setUpOffered)
        m_message->setMessage(MessageKind::Warning, tr("This database holds nothing of Bartizan's yet: its schema would be made."));
    else
        m_message->setMessage(MessageKind::Error, tr("This connection cannot be opened."));
    // The next try replaces one that was not taken.
    if (report.connection.wantsPassword || report.connection.password.state == ConnectionCheck::State::Bad)
        m_form->focusPassword();
    showButtons();
}

void OpenDatabaseDialog::connectShown(bool create)
{
    const ConnectionProfile profile = m_form->profile();
    m_passwords->use(profile, m_form->password(), m_form->keepsPassword());
    Q_EMIT serverChosen(profile.toUrl(), create);
    accept();
}

void OpenDatabaseDialog::forgetReport()
{
    m_checks->clear();
    m_message->hide();
    m_deleting = false;
    m_setUpOffered = false;
    showButtons();
}

void OpenDatabaseDialog::showButtons()
{
    const bool server = m_shown >= 0;
    m_duplicate->setEnabled(server);
    m_delete->setEnabled(server);
    m_test->setVisible(server);
    m_test->setText(isTrying() ? tr("S&top") : tr("&Test connection"));
    const bool valid = !server || m_form->isValid();
    m_test->setEnabled(valid);
    m_open->setEnabled(valid && !isTrying());
    m_open->setText(!server ? tr("Open") : m_setUpOffered ? tr("Set up and connect") : tr("Connect"));
}

void OpenDatabaseDialog::showServer(const QString &url, const QString &trouble)
{
    auto wanted = ConnectionProfile::fromUrl(url);
    if (!wanted)
        return;
    const auto found = std::find_if(m_profiles.begin(), m_profiles.end(),
                                    [&](const ConnectionProfile &profile) { return profile.toUrl() == wanted->toUrl(); });
    if (found == m_profiles.end()) {
        wanted->name = wanted->inWords();
        addProfile(*wanted);
    } else {
        fillList(static_cast<int>(found - m_profiles.begin()));
    }
    if (!trouble.isEmpty())
        m_message->setMessage(MessageKind::Error, format::singleLine(trouble));
    m_form->focusPassword();
}

} // namespace bartizan
