// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/geodatabasefield.h"

#include "core/intel/geodatabase.h"
#include "core/ports/configstore.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFuture>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPromise>
#include <QPushButton>
#include <QSignalBlocker>
#include <QThreadPool>

#include <memory>
#include <string_view>

namespace bartizan {
namespace {

enum Choice { Bundled, None, OwnFile };

constexpr int kChoiceWidth = 160;
constexpr int kPathWidth = 260;
constexpr int kNarrowPathWidth = 120; // Fits the page of a window 1280 wide.

QString word(std::string_view text)
{
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

GeoDatabaseField::GeoDatabaseField(QWidget *parent)
    : QWidget(parent)
    , m_choice(new QComboBox(this))
    , m_path(new QLineEdit(this))
    , m_browse(new QPushButton(tr("Browse…"), this))
{
    m_choice->addItem(tr("The bundled one"));
    m_choice->addItem(tr("None"));
    m_choice->addItem(tr("A file of your own"));
    m_choice->setFixedWidth(kChoiceWidth);
    nameBox(m_choice, tr("GeoIP database"));
    m_choice->setObjectName(QStringLiteral("geoDatabase.choice"));
    m_path->setMinimumWidth(kNarrowPathWidth);
    m_path->setMaximumWidth(kPathWidth);
    m_path->setPlaceholderText(tr("Path of a .mmdb file"));
    m_path->setAccessibleName(tr("Path of the GeoIP database"));
    m_path->setObjectName(QStringLiteral("geoDatabase.path"));
    m_browse->setAutoDefault(false);
    m_browse->setAccessibleName(tr("Browse for a GeoIP database"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kControlGap);
    for (QWidget *part : {static_cast<QWidget *>(m_choice), static_cast<QWidget *>(m_path), static_cast<QWidget *>(m_browse)})
        row->addWidget(part);
    setFocusProxy(m_choice);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &GeoDatabaseField::tell);
    connect(m_path, &QLineEdit::textChanged, this, &GeoDatabaseField::tell);
    connect(m_browse, &QPushButton::clicked, this, &GeoDatabaseField::browse);
    showPath();
}

QString GeoDatabaseField::value() const
{
    switch (m_choice->currentIndex()) {
    case Bundled: return word(kGeoBundled);
    case None: return word(kGeoOff);
    default: return m_path->text().trimmed();
    }
}

void GeoDatabaseField::setValue(const QString &text)
{
    if (value() == text)
        return;
    const QSignalBlocker quietChoice(m_choice);
    const QSignalBlocker quietPath(m_path);
    const int choice = text == word(kGeoBundled) ? Bundled : text == word(kGeoOff) ? None : OwnFile;
    m_choice->setCurrentIndex(choice);
    m_path->setText(choice == OwnFile ? text : QString());
    showPath();
}

void GeoDatabaseField::showPath()
{
    const bool own = m_choice->currentIndex() == OwnFile;
    m_path->setVisible(own);
    m_browse->setVisible(own);
}

void GeoDatabaseField::tell()
{
    showPath();
    const QString present = value();
    Q_EMIT valueChanged(present);
    if (m_choice->currentIndex() == OwnFile && !present.isEmpty())
        check(present);
}

void GeoDatabaseField::check(const QString &path)
{
    auto promise = std::make_shared<QPromise<QString>>();
    promise->future().then(this, [this, path](const QString &error) { Q_EMIT checked(path, error); });
    // A file on a slow disk must not hold up the window.
    QThreadPool::globalInstance()->start([promise, path] {
        promise->start();
        const bool absolute = QFileInfo(path).isAbsolute();
        const auto opened = GeoDatabase::open(path);
        promise->addResult(!absolute ? tr("Enter the whole path, from / on.") : opened ? QString() : opened.error().message);
        promise->finish();
    });
}

void GeoDatabaseField::browse()
{
    auto *dialog = new QFileDialog(this, tr("GeoIP database"), QFileInfo(m_path->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("GeoIP databases (*.mmdb)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, m_path, &QLineEdit::setText);
    dialog->open();
}

} // namespace bartizan
