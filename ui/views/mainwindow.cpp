// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mainwindow.h"

#include "core/engine/databaseaddress.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/appearance.h"
#include "ui/views/databasechooser.h"
#include "ui/views/mainmenu.h"
#include "ui/views/navigationrail.h"
#include "ui/views/openfailurepage.h"
#include "ui/views/overviewpage.h"
#include "ui/views/page.h"
#include "ui/views/pagefactory.h"
#include "ui/views/statusline.h"
#include "ui/views/topbar.h"
#include "ui/views/windowstate.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QCloseEvent>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QFileInfo>
#include <QIcon>
#include <QKeyEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

/// Resources of a static library are left out unless somebody asks for them; the macro works outside of namespaces only.
static void useAppResources()
{
    Q_INIT_RESOURCE(app);
}

namespace bartizan {
namespace {

constexpr int kSmallestWidth = 1024;
constexpr int kSmallestHeight = 640;
constexpr int kNarrowRailBelow = 1080;
constexpr int kCompaniesMs = 60'000; // how often the list of companies may be read again while rows arrive

} // namespace

MainWindow::MainWindow(Session *session, Appearance *appearance, SecretStore *keyring, QWidget *parent)
    : QWidget(parent), m_session(session), m_appearance(appearance), m_context(new ConsoleContext(session, this)),
      m_menu(new MainMenu(this)), m_chooser(new DatabaseChooser(keyring, this))
{
    announceAs(this, QAccessible::Window);
    useAppResources();
    setWindowTitle(tr("Bartizan"));
    setWindowIcon(QIcon(QStringLiteral(":/app/bartizan.svg")));
    setMinimumSize(kSmallestWidth, kSmallestHeight);
    windowstate::restoreContext(*m_context);
    build();
    connectCommands();
    connectContext();
    connectSession();
    connectChooser();
    restoreState();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    m_rail = new NavigationRail(this);
    m_topBar = new TopBar(m_context, this);
    m_topBar->setMenu(m_menu->menu());
    m_banner = new InlineMessage(this);
    m_banner->setAccessibleName(tr("Demo data"));
    m_bannerRoom = new QWidget(this);
    m_bannerRoom->setAutoFillBackground(true);
    m_bannerRoom->setBackgroundRole(QPalette::Base);
    auto *room = new QVBoxLayout;
    room->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    room->addWidget(m_banner);
    auto *ruled = new QVBoxLayout(m_bannerRoom);
    ruled->setContentsMargins(0, 0, 0, 0);
    ruled->setSpacing(0);
    ruled->addLayout(room);
    ruled->addWidget(new Hairline(Qt::Horizontal, m_bannerRoom));
    m_bannerRoom->hide();
    m_stack = new QStackedWidget(this);
    m_status = new StatusLine(this);
    m_status->setZone(m_context->displayZone());

    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_topBar);
    right->addWidget(m_bannerRoom);
    right->addWidget(m_stack, 1);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addLayout(right, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(middle, 1);
    column->addWidget(m_status);
    addPages();
}

void MainWindow::addPages()
{
    static const std::array<QString, 6> kIcons{QStringLiteral("layout-dashboard"),   QStringLiteral("bell-ring"),
                                               QStringLiteral("scroll-text"),        QStringLiteral("clock-3"),
                                               QStringLiteral("sliders-horizontal"), QStringLiteral("settings")};
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        m_pages[i] = makePage(static_cast<PageId>(i), m_context, m_appearance, m_stack);
        m_stack->addWidget(m_pages[i]);
        connect(m_pages[i], &Page::searchTextChanged, this, [this, shown = m_pages[i]] {
            if (shown == page(m_current))
                m_topBar->setSearch(shown->searchText());
        });
        m_rail->addPage(m_pages[i]->title(), kIcons[i]);
    }
    m_failure = new OpenFailurePage(m_stack);
    m_stack->addWidget(m_failure);
    m_rail->setCurrent(0);
    connect(m_rail, &NavigationRail::pageChosen, this, [this](int index, bool stepping) {
        // Somebody who goes through the rail by keyboard stays there.
        if (turnTo(static_cast<PageId>(index)) && !stepping)
            focusPage();
    });
    connect(m_failure, &OpenFailurePage::anotherRequested, this, &MainWindow::openDatabaseDialog);
    connect(m_failure, &OpenFailurePage::embeddedRequested, this, [this] { openPath({}); });
    connect(m_failure, &OpenFailurePage::retryRequested, this, &MainWindow::openPath);
    connect(m_failure, &OpenFailurePage::createRequested, this,
            [this](const QString &path) { m_chooser->open(path, true); });
    connect(m_failure, &OpenFailurePage::mendRequested, m_chooser, &DatabaseChooser::mend);
}

void MainWindow::connectCommands()
{
    const auto on = [this](QAction *action, auto &&slot) { connect(action, &QAction::triggered, this, slot); };
    on(m_menu->importLog, [this] { openImport(); });
    // Not every keyboard has a key for it, and Qt knows the other one only on Windows.
    auto *contextMenu = new QShortcut(QKeySequence(Qt::SHIFT | Qt::Key_F10), this);
    connect(contextMenu, &QShortcut::activated, this, [this] {
        QWidget *focused = focusWidget();
        if (!focused)
            return;
        const QPoint at = focused->inputMethodQuery(Qt::ImCursorRectangle).toRect().center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, focused->mapToGlobal(at));
        QCoreApplication::sendEvent(focused, &event);
    });
    on(m_menu->exportAlerts, [this] {
        if (QAction *shown = page(m_current)->exportAction())
            shown->trigger();
        else
            openExport();
    });
    on(m_menu->openDatabase, [this] { openDatabaseDialog(); });
    on(m_menu->openEmbedded, [this] { openPath(Session::embeddedDatabasePath()); });
    on(m_menu->openDemo, [this] { m_context->openDemo(); });
    on(m_menu->quit, [this] { close(); });
    for (std::size_t i = 0; i < m_pages.size(); ++i)
        on(m_menu->pages[i], [this, i] { showPage(static_cast<PageId>(i)); });
    on(m_menu->themeDesktop, [this] { m_appearance->setTheme(ThemeChoice::Desktop); });
    on(m_menu->themeLight, [this] { m_appearance->setTheme(ThemeChoice::Light); });
    on(m_menu->themeDark, [this] { m_appearance->setTheme(ThemeChoice::Dark); });
    on(m_menu->refresh, [this] { m_context->refresh(); });
    on(m_menu->pause, [this](bool paused) { m_context->setPaused(paused); });
    on(m_menu->lookUp, [this] { openLookUp(page(m_current)->currentAddress()); });
    on(m_menu->mutes, [this] { openMutes(); });
    on(m_menu->find, [this] { m_topBar->focusSearch(); });
    on(m_menu->customRange, [this] { openCustomRange(); });
    for (std::size_t i = 0; i < m_menu->ranges.size(); ++i)
        on(m_menu->ranges[i], [this, i] { m_context->setRangeChoice({static_cast<RangeChoice::Kind>(i), {}}); });
    on(m_menu->engineDetails, [this] { openEngineDetails(); });
    on(m_menu->keys, [this] { openKeys(); });
    on(m_menu->palette, [this] { openPalette(); });
    on(m_menu->about, [this] { openAbout(); });
    on(m_menu->openMenu, [this] { m_topBar->openMenu(); });

    const auto showTheme = [this] {
        const ThemeChoice theme = m_appearance->theme();
        m_menu->themeDesktop->setChecked(theme == ThemeChoice::Desktop);
        m_menu->themeLight->setChecked(theme == ThemeChoice::Light);
        m_menu->themeDark->setChecked(theme == ThemeChoice::Dark);
    };
    connect(m_appearance, &Appearance::changed, this, showTheme);
    showTheme();
}

void MainWindow::connectContext()
{
    connect(m_context, &ConsoleContext::rangeChanged, this, [this] { windowstate::saveRange(*m_context); });
    connect(m_context, &ConsoleContext::addressLookUpRequested, this, &MainWindow::openLookUp);
    connect(m_context, &ConsoleContext::mutesRequested, this, &MainWindow::openMutes);
    connect(m_context, &ConsoleContext::alertsRequested, this, [this] { showPage(PageId::Alerts); });
    connect(m_context, &ConsoleContext::ruleRequested, this, [this] { showPage(PageId::Rules); });
    connect(m_context, &ConsoleContext::eventsRequested, this, [this] { showPage(PageId::Events); });
    connect(static_cast<OverviewPage *>(page(PageId::Overview)), &OverviewPage::handoverRequested, this,
            [this] { showPage(PageId::Handover); });
    connect(m_context, &ConsoleContext::importRequested, this, [this] { openImport(); });
    connect(m_context, &ConsoleContext::exportRequested, this, [this] { openExport(); });
    connect(m_context, &ConsoleContext::eventExportRequested, this, &MainWindow::openEventExport);
    connect(m_context, &ConsoleContext::openDatabaseRequested, this, &MainWindow::openDatabaseDialog);
    connect(m_context, &ConsoleContext::demoRequested, m_chooser, &DatabaseChooser::openDemo);
    connect(m_context, &ConsoleContext::refreshRequested, this, &MainWindow::loadCompanies);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] { m_status->setZone(m_context->displayZone()); });
    connect(m_context, &ConsoleContext::pausedChanged, m_menu->pause, &QAction::setChecked);
    connect(m_topBar, &TopBar::customRangeRequested, this, &MainWindow::openCustomRange);
    connect(m_topBar, &TopBar::searchRequested, this, &MainWindow::search);
    connect(m_topBar, &TopBar::searchEdited, this, [this] { page(m_current)->forgetFirstHit(); });
    connect(m_topBar, &TopBar::searchLeft, this, &MainWindow::focusPage);
    connect(m_status, &StatusLine::engineDetailsRequested, this, &MainWindow::openEngineDetails);
    connect(m_status, &StatusLine::keysRequested, this, &MainWindow::openKeys);
    connect(m_status, &StatusLine::paletteRequested, m_menu->palette, &QAction::trigger);
    connect(m_banner, &InlineMessage::linkActivated, this, &MainWindow::openDatabaseDialog);
}

void MainWindow::connectSession()
{
    connect(m_session, &Session::opened, this, &MainWindow::onOpened);
    connect(m_session, &Session::openFailed, this, &MainWindow::onOpenFailed);
    connect(m_session, &Session::accessChanged, m_topBar, &TopBar::setAccess);
    connect(m_session, &Session::engineStatusChanged, this, [this](const EngineStatus &status) {
        m_status->setStatus(status);
        m_topBar->setInterruption(status.state == EngineState::Retrying ? status.detail : QString());
        showBadge(status);
    });
    connect(m_session, &Session::importFinished, this, &MainWindow::loadCompanies);
    auto *companies = new QTimer(this);
    companies->setSingleShot(true);
    companies->setInterval(kCompaniesMs);
    connect(companies, &QTimer::timeout, this, &MainWindow::loadCompanies);
    connect(m_session, &Session::auditLogAdvanced, companies, [companies] {
        if (!companies->isActive())
            companies->start();
    });
}

void MainWindow::connectChooser()
{
    connect(m_chooser, &DatabaseChooser::openRequested, this, &MainWindow::open);
    connect(m_chooser, &DatabaseChooser::keyringAsked, this, [this] {
        if (m_session->isOpen())
            return;
        EngineStatus waiting;
        waiting.state = EngineState::Starting;
        waiting.detail = tr("asking the keyring for the password");
        m_status->setStatus(waiting);
    });
    connect(m_chooser, &DatabaseChooser::passwordNotKept, this, [this](const QString &reason) {
        auto *told = new QMessageBox(QMessageBox::Warning, tr("Password not kept"), format::singleLine(reason),
                                     QMessageBox::Ok, this);
        told->setTextFormat(Qt::PlainText);
        told->setAttribute(Qt::WA_DeleteOnClose);
        told->open();
    });
}

PageId MainWindow::currentPage() const
{
    return m_current;
}

void MainWindow::showPage(PageId id)
{
    if (turnTo(id))
        focusPage();
}

bool MainWindow::turnTo(PageId id)
{
    const bool failed = m_stack->currentWidget() == m_failure && !m_session->isOpen();
    if (id != m_current)
        page(m_current)->forgetFirstHit(); // What it still finds must not take the keyboard from the page to come.
    m_current = id;
    m_topBar->setSearch(page(id)->searchText());
    m_rail->setCurrent(static_cast<int>(id));
    m_menu->setPageCommands(page(id)->title(), page(id)->commands());
    m_topBar->setRangeUsed(id != PageId::Handover);
    m_menu->customRange->setEnabled(id != PageId::Handover);
    for (QAction *range : m_menu->ranges)
        range->setEnabled(id != PageId::Handover);
    if (failed)
        return false; // the failure stays until a database is open
    m_stack->setCurrentWidget(page(id));
    page(id)->activate();
    return true;
}

void MainWindow::focusPage()
{
    auto *shown = static_cast<Page *>(m_stack->currentWidget());
    QWidget *target = shown->initialFocus();
    (target != nullptr ? target : static_cast<QWidget *>(shown))->setFocus(Qt::OtherFocusReason);
}

void MainWindow::openAtStart(const QString &database, bool demo)
{
    if (demo) {
        m_chooser->openDemo();
        return;
    }
    const QString path = database.isEmpty() ? windowstate::lastDatabase() : database;
    if (database.isEmpty() && !path.isEmpty() && !ConnectionProfile::isUrl(path) && !QFileInfo::exists(path)) {
        showFailure(path, tr("This database was open last, and is not there any more."));
        return;
    }
    openPath(path);
}

void MainWindow::openPath(const QString &path)
{
    m_chooser->open(path);
}

void MainWindow::open(const Session::OpenOptions &options)
{
    if (!mayLoseEdits([this, options] { open(options); }))
        return;
    const QString path = options.path.isEmpty() ? Session::embeddedDatabasePath() : options.path;
    if (options.demo || path != m_session->database().path) // Opened anew it is not left.
        windowstate::noteLeft(m_session->database());
    m_session->open(options);
}

void MainWindow::onOpened(const DatabaseInfo &database)
{
    m_lastOpened = database.demo ? QString() : database.path;
    windowstate::setLastDatabase(database);
    m_context->setCompany(std::nullopt);
    windowstate::restoreRange(*m_context, database);
    m_topBar->setDatabase(&database);
    const QString name = database.demo ? tr("Demo data") : format::singleLine(database.name);
    setWindowTitle(tr("%1 — Bartizan").arg(name));
    if (database.demo) {
        m_banner->setMessage(MessageKind::Warning,
                             tr("Demo data: invented traffic, with a real attack moved to the recent past. It is kept "
                                "apart from your databases and deleted on closing."),
                             tr("Open a database…"));
    }
    m_bannerRoom->setVisible(database.demo);
    m_status->setStatus(m_session->engineStatus());
    showBadge(m_session->engineStatus());
    loadCompanies();
    m_stack->setCurrentWidget(page(m_current));
    page(m_current)->activate();
    focusPage();
}

void MainWindow::onOpenFailed(const QString &path, const Error &error)
{
    showFailure(path, error.message);
}

void MainWindow::showFailure(const QString &path, const QString &reason)
{
    setWindowTitle(tr("Bartizan"));
    m_bannerRoom->hide();
    m_topBar->setDatabase(nullptr);
    m_status->setStatus({});
    showBadge({});
    const bool embedded = path == Session::embeddedDatabasePath();
    m_failure->setFailure(path, reason, embedded, m_lastOpened == path ? QString() : m_lastOpened);
    m_stack->setCurrentWidget(m_failure);
    focusPage();
}

void MainWindow::search(const QString &text, bool entered)
{
    if (m_current == PageId::Overview || m_current == PageId::Handover) {
        if (entered && !text.trimmed().isEmpty()) {
            AlertDrillDown drillDown;
            drillDown.text = text.trimmed();
            m_context->showAlerts(drillDown);
            page(PageId::Alerts)->goToFirstHit();
        }
        return;
    }
    page(m_current)->search(text);
    if (entered)
        page(m_current)->goToFirstHit();
}

void MainWindow::loadCompanies()
{
    if (QueryService *queries = m_session->queries()) {
        queries->companies(this, [this](const Result<std::vector<std::string>> &companies) {
            if (companies)
                m_topBar->setCompanies(*companies);
        });
    }
}

void MainWindow::showBadge(const EngineStatus &status)
{
    const int shown = static_cast<int>(std::min<std::int64_t>(status.activeAlerts, std::numeric_limits<int>::max()));
    m_rail->setBadge(static_cast<int>(PageId::Alerts), status.activeAlerts,
                     shown > 0 ? tr("%Ln active alert(s)", nullptr, shown) : QString());
}

bool MainWindow::event(QEvent *event)
{
    // What had the focus may have gone while a dialog stood above: Qt would take the first widget of the window, the rail.
    if (event->type() == QEvent::WindowActivate && (!focusWidget() || !focusWidget()->isVisible()))
        focusPage();
    return QWidget::event(event);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_rail->setNarrow(width() < kNarrowRailBelow);
    m_topBar->setWindowWidth(width());
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    // Qt lets Enter press buttons in dialogs only.
    auto *button = qobject_cast<QPushButton *>(focusWidget());
    if (button && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        button->click();
    else
        QWidget::keyPressEvent(event);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    event->setAccepted(mayLoseEdits([this] { close(); }) && mayLoseSteps());
}

void MainWindow::showAlert(const QString &alertId)
{
    if (isMinimized())
        showNormal();
    raise();
    activateWindow();
    if (alertId.isEmpty()) {
        showPage(PageId::Alerts);
        return;
    }
    AlertDrillDown drillDown;
    drillDown.alertId = alertId.toStdString();
    m_context->showAlerts(drillDown);
}

void MainWindow::closeAtOnce()
{
    m_closing = true;
    close();
}

void MainWindow::restoreState()
{
    windowstate::restoreGeometry(*this);
    showPage(windowstate::lastPage());
}

void MainWindow::saveState() const
{
    windowstate::save(*this, m_current, *m_context);
}

} // namespace bartizan
