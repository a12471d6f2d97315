// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/serverform.h"

#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/inlinemessage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

constexpr int kLabelWidth = 116;
constexpr int kPortWidth = 76;
constexpr int kLongest = 1000;

constexpr std::array<TlsMode, 4> kModes{TlsMode::VerifyFull, TlsMode::VerifyCa, TlsMode::Require, TlsMode::Disable};

/// What a weaker protection means; empty for the full one.
QString dangerOf(TlsMode mode)
{
    switch (mode) {
    case TlsMode::VerifyFull: return {};
    case TlsMode::VerifyCa: return ServerForm::tr("Any server with a certificate of this authority can pass for this one.");
    case TlsMode::Require: return ServerForm::tr("Whoever stands between can pass for the server and take the password.");
    case TlsMode::Disable: return ServerForm::tr("Whoever stands between reads and changes everything, unnoticed.");
    }
    return {};
}

/// So that nothing moves when it appears.
void keepPlace(QWidget *widget)
{
    QSizePolicy policy = widget->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    widget->setSizePolicy(policy);
}

bool isPort(const QString &text)
{
    bool number = false;
    const int port = text.toInt(&number);
    return number && port >= 1 && port <= 65535;
}

} // namespace

ServerForm::ServerForm(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(measure::kControlGap);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnMinimumWidth(0, kLabelWidth);
    m_grid->setColumnStretch(1, 1);
    addNameAndServer();
    addDatabase();
    addTls();
    addPassword();
    setProfile({});
}

QHBoxLayout *ServerForm::addRow(const QString &label)
{
    const int row = m_grid->rowCount();
    QLabel *name = plainLabel(label, this);
    name->setObjectName(QStringLiteral("row%1").arg(row));
    m_grid->addWidget(name, row, 0);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(measure::kControlGap);
    m_grid->addLayout(fields, row, 1);
    return fields;
}

QLineEdit *ServerForm::addLine(QHBoxLayout *to, const QString &objectName, const QString &name)
{
    auto *field = new QLineEdit(this);
    field->setObjectName(objectName);
    field->setAccessibleName(name);
    field->setMaxLength(kLongest);
    to->addWidget(field, 1);
    // The first field of a row is its label's buddy.
    auto *label = static_cast<QLabel *>(m_grid->itemAtPosition(m_grid->rowCount() - 1, 0)->widget());
    if (label->buddy() == nullptr)
        label->setBuddy(field);
    return field;
}

FieldError *ServerForm::addError()
{
    auto *error = new FieldError(this);
    m_grid->addWidget(error, m_grid->rowCount(), 1);
    return error;
}

void ServerForm::addNameAndServer()
{
    m_name = addLine(addRow(tr("N&ame")), QStringLiteral("connection.name"), tr("Name"));
    m_nameError = addError();
    QHBoxLayout *server = addRow(tr("S&erver"));
    m_host = addLine(server, QStringLiteral("connection.host"), tr("Server"));
    m_host->setPlaceholderText(tr("Empty: this machine"));
    m_host->setToolTip(tr("Name or address of the server, or the folder of its socket"));
    QLabel *portLabel = plainLabel(tr("P&ort"), this);
    server->addWidget(portLabel);
    m_port = addLine(server, QStringLiteral("connection.port"), tr("Port"));
    m_port->setPlaceholderText(QStringLiteral("5432"));
    m_port->setFixedWidth(kPortWidth);
    portLabel->setBuddy(m_port);
    m_hostError = addError();
    for (QLineEdit *field : {m_name, m_host, m_port})
        connect(field, &QLineEdit::textChanged, this, &ServerForm::tell);
}

void ServerForm::addDatabase()
{
    m_database = addLine(addRow(tr("&Database")), QStringLiteral("connection.database"), tr("Database"));
    m_database->setPlaceholderText(tr("Empty: named like the user"));
    m_grid->addItem(new QSpacerItem(0, measure::kGrid), m_grid->rowCount(), 1);
    m_user = addLine(addRow(tr("&User")), QStringLiteral("connection.user"), tr("User"));
    m_user->setPlaceholderText(tr("Empty: your login name"));
    m_grid->addItem(new QSpacerItem(0, measure::kGrid), m_grid->rowCount(), 1);
    for (QLineEdit *field : {m_database, m_user})
        connect(field, &QLineEdit::textChanged, this, &ServerForm::tell);
}

void ServerForm::addTls()
{
    QHBoxLayout *row = addRow(tr("En&cryption"));
    m_tls = new QComboBox(this);
    m_tls->setObjectName(QStringLiteral("connection.tls"));
    m_tls->setAccessibleName(tr("Encryption"));
    m_tls->addItem(tr("Encrypted, and the server proves its name (verify-full)"));
    m_tls->addItem(tr("Weaker: any server of a known authority (verify-ca)"));
    m_tls->addItem(tr("Weak: encrypted, the server is not checked (require)"));
    m_tls->addItem(tr("None: not encrypted (disable)"));
    row->addWidget(m_tls, 1);
    static_cast<QLabel *>(m_grid->itemAtPosition(m_grid->rowCount() - 1, 0)->widget())->setBuddy(m_tls);
    m_grid->addItem(new QSpacerItem(0, measure::kGrid), m_grid->rowCount(), 1);
    m_weak = new InlineMessage(this);
    keepPlace(m_weak);
    m_grid->addWidget(m_weak, m_grid->rowCount(), 1);
    connect(m_tls, &QComboBox::currentIndexChanged, this, &ServerForm::tell);

    QHBoxLayout *root = addRow(tr("Root ce&rtificate"));
    m_root = addLine(root, QStringLiteral("connection.root"), tr("Root certificate"));
    m_root->setPlaceholderText(tr("Empty: ~/.postgresql/root.crt, else the system's"));
    auto *button = new QPushButton(tr("Browse…"), this);
    button->setAutoDefault(false);
    button->setAccessibleName(tr("Browse for a root certificate"));
    root->addWidget(button);
    m_rootError = addError();
    connect(button, &QPushButton::clicked, this, &ServerForm::browse);
    connect(m_root, &QLineEdit::textChanged, this, &ServerForm::tell);
}

void ServerForm::addPassword()
{
    QHBoxLayout *row = addRow(tr("&Password"));
    m_password = addLine(row, QStringLiteral("connection.password"), tr("Password"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    m_keep = new QCheckBox(tr("&Keep in the keyring"), this);
    m_keep->setObjectName(QStringLiteral("connection.keep"));
    m_keep->setAccessibleName(tr("Keep the password in the keyring"));
    row->addWidget(m_keep);
    m_keyring = smallLabel({}, this);
    m_keyring->setObjectName(QStringLiteral("connection.keyring"));
    m_keyring->setWordWrap(true);
    m_grid->addWidget(m_keyring, m_grid->rowCount(), 1);
    connect(m_password, &QLineEdit::textEdited, this, &ServerForm::passwordEdited);
}

void ServerForm::setProfile(const ConnectionProfile &profile)
{
    m_quiet = true;
    m_shown = profile;
    m_name->setText(profile.name);
    m_host->setText(profile.host);
    m_port->setText(profile.port);
    m_database->setText(profile.database);
    m_user->setText(profile.user);
    m_tls->setCurrentIndex(static_cast<int>(std::find(kModes.begin(), kModes.end(), profile.tls) - kModes.begin()));
    m_root->setText(profile.rootCertificate);
    m_password->clear();
    m_quiet = false;
    check();
}

ConnectionProfile ServerForm::profile() const
{
    ConnectionProfile profile = m_shown;
    profile.name = m_name->text().trimmed();
    profile.host = m_host->text().trimmed();
    profile.port = m_port->text().trimmed();
    profile.database = m_database->text().trimmed();
    profile.user = m_user->text().trimmed();
    profile.tls = kModes.at(static_cast<std::size_t>(m_tls->currentIndex()));
    profile.rootCertificate = m_root->text().trimmed();
    return profile;
}

bool ServerForm::isValid() const
{
    return m_valid;
}

void ServerForm::setTakenNames(const QStringList &names)
{
    m_taken = names;
    check();
}

QString ServerForm::password() const
{
    return m_password->text();
}

void ServerForm::setPassword(const QString &password)
{
    m_password->setText(password);
    if (window()->focusWidget() == m_password) // Somebody is about to enter another one.
        m_password->selectAll();
}

bool ServerForm::keepsPassword() const
{
    return m_keep->isEnabled() && m_keep->isChecked();
}

void ServerForm::setKeepsPassword(bool keep)
{
    m_keep->setChecked(keep);
}

void ServerForm::setKeyring(bool usable, const QString &text)
{
    m_keep->setEnabled(usable);
    m_keyring->setText(text);
    m_password->setAccessibleDescription(text);
}

void ServerForm::focusPassword()
{
    m_password->setFocus();
    m_password->selectAll();
}

void ServerForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void ServerForm::browse()
{
    auto *dialog = new QFileDialog(this, tr("Root certificate"), QFileInfo(m_root->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Certificates (*.crt *.pem)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, m_root, &QLineEdit::setText);
    dialog->open();
}

void ServerForm::tell()
{
    check();
    if (!m_quiet)
        Q_EMIT edited();
}

bool ServerForm::checkField(QLineEdit *field, FieldError *error, const QString &wrong)
{
    error->setText(wrong);
    FieldError::markField(field, !wrong.isEmpty());
    field->setAccessibleDescription(wrong);
    return wrong.isEmpty();
}

void ServerForm::check()
{
    const ConnectionProfile now = profile();
    const QString name = now.name.isEmpty() ? tr("Give the connection a name.")
        : m_taken.contains(now.name)        ? tr("Another connection has this name.")
                                            : QString();
    const bool named = checkField(m_name, m_nameError, name);
    // Several servers with commas between, as libpq has it, with one port or as many.
    const QStringList ports = now.port.isEmpty() ? QStringList() : now.port.split(QLatin1Char(','));
    const bool portsRight = std::all_of(ports.begin(), ports.end(), isPort)
        && (ports.size() <= 1 || ports.size() == now.host.split(QLatin1Char(',')).size());
    const bool reached = checkField(m_port, m_hostError, portsRight ? QString() : tr("A port is a number from 1 to 65535."));
    const bool tcp = now.overTcp();
    const QString root = now.rootCertificate;
    const bool rootRight = checkField(m_root, m_rootError,
                                      !tcp || root.isEmpty()         ? QString()
                                          : QFileInfo(root).isFile() ? QString()
                                                                     : tr("There is no file %1.").arg(root));
    m_tls->setEnabled(tcp);
    m_tls->setAccessibleDescription(tcp ? QString() : tr("A socket of this machine needs no encryption."));
    m_root->setEnabled(tcp && now.tls != TlsMode::Disable);
    const QString danger = tcp ? dangerOf(now.tls) : QString();
    m_weak->setVisible(!danger.isEmpty());
    if (!danger.isEmpty())
        m_weak->setMessage(MessageKind::Warning, danger);
    m_valid = named && reached && rootRight;
}

} // namespace bartizan
