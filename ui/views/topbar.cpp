// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/topbar.h"

#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/shorttext.h"
#include "ui/views/labels.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/keyhint.h"
#include "ui/widgets/plaintooltip.h"
#include "ui/widgets/segmentedcontrol.h"
#include "ui/widgets/statusglyph.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>

namespace bartizan {
namespace {

constexpr int kSearchWide = 280;
constexpr int kSearchNarrow = 200;
constexpr int kWide = 1281;        // from here on search is wide and the source is written out
constexpr int kSmall = 1180;       // below, company and search give way to the word of the connection
constexpr int kSearchSmall = 148;
constexpr int kCompanyWide = 13;   // letters
constexpr int kCompanySmall = 10;
constexpr int kTypingPauseMs = 250;

const std::array<RangeChoice::Kind, 5> kKinds{RangeChoice::Kind::Hour, RangeChoice::Kind::Day, RangeChoice::Kind::Week,
                                              RangeChoice::Kind::Month, RangeChoice::Kind::Custom};

QWidget *separator(QWidget *parent)
{
    auto *line = new Hairline(Qt::Vertical, parent);
    line->setFixedHeight(24);
    return line;
}

} // namespace

TopBar::TopBar(ConsoleContext *context, QWidget *parent) : QWidget(parent), m_context(context)
{
    setFixedHeight(measure::kTopBar);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 1);
    row->setSpacing(measure::kControlGap);
    addRange();
    addCompanyAndZone();
    addLive();
    row->addStretch(1);
    addConnection();
    addSearch();

    connect(context, &ConsoleContext::rangeChanged, this, &TopBar::showRange);
    connect(context, &ConsoleContext::companyChanged, this, &TopBar::showCompany);
    connect(context, &ConsoleContext::displayZoneChanged, this, &TopBar::showZone);
    connect(context, &ConsoleContext::pausedChanged, this, &TopBar::showPaused);
    setDatabase(nullptr);
    showRange();
    showZone();
    showPaused();
}

void TopBar::addRange()
{
    m_range = new SegmentedControl(this);
    m_range->setAccessibleName(tr("Time range"));
    const std::array<QString, kKinds.size()> names{tr("1 h"), tr("24 h"), tr("7 d"), tr("30 d"), tr("Custom…")};
    for (std::size_t i = 0; i < names.size(); ++i)
        m_range->addSegment(names[i], rangeTip(kKinds[i]));
    layout()->addWidget(m_range);
    connect(m_range, &SegmentedControl::activated, this, [this](int index) {
        const RangeChoice::Kind kind = kKinds.at(static_cast<std::size_t>(index));
        if (kind == RangeChoice::Kind::Custom) {
            showRange(); // the choice stands only once the dialog is answered
            Q_EMIT customRangeRequested();
        } else {
            m_context->setRangeChoice({kind, {}});
        }
    });
}

void TopBar::addCompanyAndZone()
{
    m_company = new QComboBox(this);
    nameBox(m_company, tr("Company"));
    m_company->setToolTip(tr("Show one company only"));
    m_company->addItem(tr("All companies"));
    m_company->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_company->setMinimumContentsLength(kCompanyWide);
    layout()->addWidget(m_company);
    connect(m_company, &QComboBox::activated, this, [this](int index) {
        const QVariant company = m_company->itemData(index);
        m_context->setCompany(company.isValid() ? std::optional(company.toByteArray().toStdString()) : std::nullopt);
    });

    m_zone = new QComboBox(this);
    nameBox(m_zone, tr("Time zone of the times shown"));
    m_zone->setToolTip(tr("Time zone of the times shown"));
    m_zone->addItem(QStringLiteral("UTC"));
    const QString local = format::zoneName(QTimeZone::systemTimeZone(), SystemClock().now());
    m_zone->addItem(tr("Local (%1)").arg(local));
    layout()->addWidget(m_zone);
    connect(m_zone, &QComboBox::activated, this, [this](int index) {
        m_context->setDisplayZone(index == 0 ? QTimeZone::utc() : QTimeZone::systemTimeZone());
    });
}

void TopBar::addLive()
{
    layout()->addWidget(separator(this));
    m_live = new QPushButton(this);
    m_live->setCheckable(true);
    m_live->setAutoDefault(false);
    layout()->addWidget(m_live);
    connect(m_live, &QPushButton::toggled, m_context, &ConsoleContext::setPaused);
}

void TopBar::addConnection()
{
    m_glyph = new StatusGlyph(StatusKind::NoSource, this);
    m_state = new ElidedLabel(this);
    m_source = new ElidedLabel(this);
    m_source->setMuted(true);
    m_source->setElideMode(Qt::ElideMiddle);
    layout()->addWidget(m_glyph);
    layout()->addWidget(m_state);
    layout()->addWidget(m_source);
    layout()->addWidget(separator(this));
}

void TopBar::addSearch()
{
    m_search = new QLineEdit(this);
    m_search->setAccessibleName(tr("Search this page"));
    m_search->addAction(icons::mutedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->setFixedWidth(kSearchWide);
    m_search->installEventFilter(this);
    auto *inside = new QHBoxLayout(m_search);
    inside->setContentsMargins(0, 0, 6, 0);
    m_searchKey = new KeyHint(QStringLiteral("Ctrl+F"), m_search);
    m_searchKey->setAttribute(Qt::WA_TransparentForMouseEvents);
    inside->addStretch(1);
    inside->addWidget(m_searchKey);
    // The hint stands to the right of the text; what is typed has all of the field.
    const QMargins besideKey(0, 0, m_searchKey->sizeHint().width() + 6, 0);
    m_search->setTextMargins(besideKey);
    layout()->addWidget(m_search);

    m_typing = new QTimer(this);
    m_typing->setSingleShot(true);
    m_typing->setInterval(kTypingPauseMs);
    connect(m_search, &QLineEdit::textEdited, m_typing, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::textEdited, this, &TopBar::searchEdited);
    connect(m_search, &QLineEdit::textChanged, this,
            [this, besideKey](const QString &text) {
                m_searchKey->setVisible(text.isEmpty());
                m_search->setTextMargins(text.isEmpty() ? besideKey : QMargins());
            });
    connect(m_typing, &QTimer::timeout, this, [this] { Q_EMIT searchRequested(m_search->text(), false); });

    m_menu = new QToolButton(this);
    m_menu->setIcon(icons::icon(QStringLiteral("menu")));
    m_menu->setAccessibleName(tr("Menu"));
    m_menu->setToolTip(tr("Menu (F10)"));
    m_menu->setFixedSize(measure::kControlHeight, measure::kControlHeight);
    m_menu->setFocusPolicy(Qt::StrongFocus);
    layout()->addWidget(m_menu);
    connect(m_menu, &QToolButton::clicked, this, &TopBar::openMenu);
}

void TopBar::setMenu(QMenu *menu)
{
    m_commands = menu; // not the button's own menu, which would draw an arrow into it
}

void TopBar::openMenu()
{
    m_commands->popup(m_menu->mapToGlobal(
        QPoint(m_menu->width() - m_commands->sizeHint().width(), m_menu->height() + measure::kGrid)));
}

void TopBar::setCompanies(const std::vector<std::string> &companies)
{
    const QSignalBlocker quiet(m_company);
    m_company->clear();
    m_company->addItem(tr("All companies"));
    for (const std::string &company : companies)
        m_company->addItem(format::shortText(format::text(company)), QByteArray::fromStdString(company));
    showCompany();
}

void TopBar::setDatabase(const DatabaseInfo *database)
{
    m_live->setEnabled(database != nullptr);
    m_company->setEnabled(database != nullptr);
    m_database = database != nullptr ? std::optional(*database) : std::nullopt;
    m_interruption.clear();
    showConnection();
}

void TopBar::setAccess(const DatabaseInfo &database)
{
    m_database = database;
    showConnection();
}

void TopBar::setInterruption(const QString &reason)
{
    if (reason == m_interruption)
        return;
    m_interruption = reason;
    showConnection();
}

void TopBar::showConnection()
{
    const bool interrupted = m_database && !m_interruption.isEmpty();
    const QString refusal = m_database ? m_database->readOnlyReason : QString();
    const StatusKind kind = !m_database ? StatusKind::NoSource
        : interrupted                   ? StatusKind::Failed
        : refusal.isEmpty()             ? StatusKind::Connected
                                        : StatusKind::Behind;
    m_glyph->setKind(kind);
    m_state->setText(!m_database         ? tr("No audit source")
                     : interrupted       ? tr("Interrupted")
                     : refusal.isEmpty() ? tr("Connected")
                                         : tr("Read-only"));
    m_source->setText(m_database ? m_database->name : QString());
    QStringList tip;
    if (m_database)
        tip << m_database->path << refusal << m_interruption;
    tip.removeAll(QString());
    for (QWidget *part : {static_cast<QWidget *>(m_glyph), static_cast<QWidget *>(m_state),
                          static_cast<QWidget *>(m_source)})
        setPlainToolTip(part, tip.join(QLatin1Char('\n')));
}

void TopBar::setWindowWidth(int width)
{
    const bool wide = width >= kWide;
    const bool small = width < kSmall;
    m_search->setFixedWidth(wide ? kSearchWide : small ? kSearchSmall : kSearchNarrow);
    m_company->setMinimumContentsLength(small ? kCompanySmall : kCompanyWide);
    m_search->setPlaceholderText(wide ? tr("Search alerts, users, addresses") : tr("Search"));
    m_source->setVisible(width >= kWide);
}

void TopBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void TopBar::setSearch(const QString &text)
{
    m_typing->stop();
    if (text != m_search->text())
        m_search->setText(text);
}

void TopBar::enterSearch()
{
    m_typing->stop();
    Q_EMIT searchRequested(m_search->text(), true);
}

void TopBar::setRangeUsed(bool used)
{
    m_range->setEnabled(used);
    m_range->setAccessibleDescription(used ? QString() : tr("This page has a time of its own"));
    showRangeTips();
}

QString TopBar::rangeTip(RangeChoice::Kind kind) const
{
    switch (kind) {
    case RangeChoice::Kind::Hour: return tr("The last hour");
    case RangeChoice::Kind::Day: return tr("The last 24 hours");
    case RangeChoice::Kind::Week: return tr("The last 7 days");
    case RangeChoice::Kind::Month: return tr("The last 30 days");
    case RangeChoice::Kind::Custom: break;
    }
    const RangeChoice chosen = m_context->rangeChoice();
    return chosen.kind == kind ? format::timeRange(chosen.custom, m_context->displayZone())
                               : tr("From and to, as you choose");
}

/// What each of the ranges means; where none is used, why: the segments cover the control, and theirs is what is seen.
void TopBar::showRangeTips()
{
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        setPlainToolTip(m_range->segment(static_cast<int>(i)),
                        m_range->isEnabled() ? rangeTip(kKinds[i]) : tr("This page has a time of its own"));
    }
}

void TopBar::showRange()
{
    const auto it = std::find(kKinds.begin(), kKinds.end(), m_context->rangeChoice().kind);
    m_range->setCurrent(static_cast<int>(it - kKinds.begin()));
    showRangeTips();
}

void TopBar::showZone()
{
    m_zone->setCurrentIndex(m_context->displayZone() == QTimeZone::utc() ? 0 : 1);
    showRange();
}

void TopBar::showPaused()
{
    const bool paused = m_context->isPaused();
    m_live->setChecked(paused);
    m_live->setIcon(icons::icon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_live->setText(paused ? tr("Paused") : tr("Live"));
    m_live->setAccessibleName(paused ? tr("Paused, go live") : tr("Live, pause"));
    m_live->setToolTip(paused ? tr("Go live again (Ctrl+P). The engine has run on.")
                              : tr("Pause what is shown (Ctrl+P). The engine runs on."));
}

void TopBar::showCompany()
{
    int index = 0;
    if (const auto company = m_context->company()) {
        const QByteArray name = QByteArray::fromStdString(*company);
        index = m_company->findData(name);
        if (index < 0) {
            m_company->addItem(format::shortText(format::text(*company)), name);
            index = m_company->count() - 1;
        }
    }
    m_company->setCurrentIndex(index);
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.fillRect(0, height() - 1, width(), 1, palette().color(QPalette::Mid));
}

bool TopBar::eventFilter(QObject *watched, QEvent *event)
{
    const int key = watched == m_search && event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event)->key() : 0;
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        // It ends here: passed on, it would press the button that has the focus by then.
        enterSearch();
        return true;
    case Qt::Key_Escape:
        if (!m_search->text().isEmpty()) {
            setSearch({});
            Q_EMIT searchRequested(QString(), false);
        }
        Q_EMIT searchLeft();
        return true;
    default: return QWidget::eventFilter(watched, event);
    }
}

} // namespace bartizan
